import { join } from "node:path";
import { replaceFiles } from "../../../lib/files/replace-files";
import { filesBelow } from "../../support/scratch";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type Workspace } from "../../../lab/machine/workspace";

const SUPPORT = join(__dirname, "..", "..", "support");
const NAMES = ["a.tf", "b.tf", "c.tf"];

describe("replacing a root's files", () => {
  let workspace: Workspace;

  /** `replace-files-dying.ts` and what it imports, as one file: it starts many times. */
  let script: string;

  beforeAll(async () => {
    workspace = createWorkspace();
    script = workspace.path("replace-files-dying.js");
    const source = join(SUPPORT, "replace-files-dying.ts");
    const esbuild = join(PROJECT_ROOT, "node_modules", ".bin", "esbuild");
    const args = ["--bundle", "--platform=node", "--log-level=warning", `--outfile=${script}`];
    requireSuccess(await workspace.run(esbuild, [source, ...args]));
  });

  afterAll(() => workspace.remove());

  /** Replaces three files in a process that dies when it is about to change the file system for the nth time. */
  async function killedAt(write: number): Promise<{ folder: string; signal: string | null }> {
    const name = `killed-at-${String(write)}`;
    const folder = workspace.path(name);
    const replacements = NAMES.map((path) => {
      const realPath = workspace.write(join(name, path), "before\n");
      return { path, realPath, before: "before\n", after: "after\n" };
    });
    const preload = ["--require", join(SUPPORT, "die-at-write.js")];
    const { signal } = await workspace.run(
      process.execPath,
      [...preload, script, folder, JSON.stringify(replacements)],
      { env: { STATELOCK_TEST_DIE_AT: String(write) } },
    );
    return { folder, signal };
  }

  const changed = (folder: string): number =>
    [...filesBelow(folder).values()].filter((text) => text === "after\n").length;

  it("killed at any write: the next run replaces all files or no file, and leaves nothing else", async () => {
    const seen = new Set<string>();
    for (let write = 1; write < 100; write += 1) {
      const { folder, signal } = await killedAt(write);
      const named = NAMES.map((name) => filesBelow(folder).get(name));
      const before = named.filter((text) => text === "after\n").length;
      expect(named.every((text) => text === "before\n" || text === "after\n")).toBe(true);

      expect(await replaceFiles(folder)(".", [])).toEqual([]);
      expect([...filesBelow(folder).keys()]).toEqual(NAMES);
      expect(changed(folder)).toBe(before === 0 ? 0 : 3);
      seen.add(`${signal ?? "lived"} at ${String(before)}`);
      if (signal === null) break;
    }
    // It was killed before the first rename, between any two, and after the last.
    expect([...seen]).toEqual(["SIGKILL at 0", "SIGKILL at 1", "SIGKILL at 2", "SIGKILL at 3", "lived at 3"]);
  });
});
