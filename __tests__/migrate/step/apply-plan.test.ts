import { applyMoves, type ApplyPorts } from "../../../lib/migrate/step/apply-plan";
import type { MovePlan } from "../../../lib/migrate/step/move-plan";

const problem = { code: "read-only-file", path: "b/main.tf", message: "must be writable", fix: "Make it so." };

function move(root: string): MovePlan["moves"][number] {
  return {
    roots: [root],
    folder: root,
    replacements: [{ path: `${root}/main.tf`, realPath: `/${root}/main.tf`, before: "1", after: "2" }],
  };
}

const plan: MovePlan = {
  to: "both",
  moves: [move("a"), move("b")],
  refusals: [],
  settled: ["c", "d"],
  settledFolders: ["c"],
  byHand: [],
};

/** What was asked of the ports, in order. */
async function asked(
  change: Partial<ApplyPorts> = {},
  isStopped = (): boolean => false,
  made = plan,
): Promise<string[]> {
  const calls: string[] = [];
  const ports: ApplyPorts = {
    replace: (folder, replacements) => {
      calls.push(`replace ${folder} ${String(replacements.length)}`);
      return Promise.resolve(folder === "b" ? [problem] : []);
    },
    versionControl: { unsaved: () => Promise.resolve([]), nameOf: (path) => path },
    record: {
      written: () => Promise.resolve(new Set()),
      begin: (replacements) => Promise.resolve(void calls.push(`begin ${String(replacements.length)}`)),
      end: () => Promise.resolve(void calls.push("end")),
    },
    memory: {
      look: (roots) => {
        if (roots.length > 0) calls.push(`look ${roots.join(" ")}`);
      },
      remember: (roots) => void calls.push(`remember ${roots.join(" ")}`),
      rememberByHand: (roots) => void calls.push(`remember ${roots.join(" ")}`),
      forget: (roots) => void calls.push(`forget ${roots.join(" ")}`),
    },
    ...change,
  };
  await applyMoves(made, ports, { force: false, isStopped });
  return calls;
}

it("remembers a step before it is made, and forgets it where it could not be", async () => {
  expect(await asked()).toEqual([
    ...["begin 2", "remember a b", "replace c 0", "replace a 1", "replace b 1", "forget b", "end"],
  ]);
});

it("remembers nothing where version control could not give the files back", async () => {
  const versionControl = { unsaved: () => Promise.resolve([problem]), nameOf: (path: string) => path };
  expect(await asked({ versionControl })).toEqual([]);
});

it("when stopped, finishes the current root, and leaves its changes to the next run", async () => {
  const calls: string[] = [];
  const replace: ApplyPorts["replace"] = (folder) => Promise.resolve((calls.push(folder), []));
  const asks = await asked({ replace }, () => calls.includes("a"));
  expect([calls, asks]).toEqual([
    ["c", "a"],
    ["begin 2", "remember a b", "forget b"],
  ]);
});

it("changes templates last, without those that version control could not give back, and not after a stop", async () => {
  const templates = ["t", "b", "u"].map((at) => move(at).replacements).flat();
  const unsaved = (paths: readonly string[]) => Promise.resolve(paths.includes("/u/main.tf") ? [problem] : []);
  const versionControl = { unsaved, nameOf: (path: string) => path };
  const made = { ...plan, templates };
  expect((await asked({ versionControl }, undefined, made)).slice(-4)).toEqual([
    ...["forget b", "replace t 1", "replace b 1", "end"],
  ]);
  const calls: string[] = [];
  const replace: ApplyPorts["replace"] = (folder) => Promise.resolve((calls.push(folder), []));
  await asked({ replace, versionControl }, () => true, made);
  expect(calls).toEqual(["c"]);
});
