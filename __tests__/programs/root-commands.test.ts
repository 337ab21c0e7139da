import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InitRoot } from "../../lib/migrate/step/init-port";
import { rootCommands } from "../../lib/programs/root-commands";
import { filesBelow, scratch } from "../support/scratch";

/** A root that this binary runs. */
const rootOf = (binary: string): InitRoot => ({
  root: ".",
  engine: { name: "terraform", binary },
  setups: [{ partials: [], bucket: "b", key: "k" }],
});

/** What Terraform says where the lock was gone again when it looked whose it is. */
const GONE = "Error: Error acquiring the state lock\n\nError message: PreconditionFailed\nStatusCode: 404, NoSuchKey:";

const HELD = `${GONE}\nLock Info:\n  ID:        24ee7454-f4a7-4bfb-9d54-6f1d4b1f5c11\n`;

/** A program that fails so often, with these words, and says each time that it ran. */
function failing(times: number, words: string): { readonly binary: string; readonly runs: () => number } {
  const folder = scratch();
  const binary = join(folder, "terraform");
  const script = `#!/bin/sh\necho x >> ${folder}/runs\n[ $(wc -l < ${folder}/runs) -gt ${String(times)} ] && exit 0\ncat >&2 <<'END'\n${words}\nEND\nexit 1\n`;
  writeFileSync(binary, script);
  chmodSync(binary, 0o755);
  return { binary, runs: () => (filesBelow(folder).get("runs") ?? "").length / 2 };
}

const plan = (binary: string): Promise<unknown> =>
  rootCommands({ workingDirectory: scratch(), env: process.env }).plan(rootOf(binary), undefined);

describe("a plan", () => {
  it("is run again where the lock was released while Terraform asked who holds it: it does not wait then", async () => {
    const { binary, runs } = failing(2, GONE);
    expect([await plan(binary), runs()]).toEqual(["unchanged", 3]);
  });

  it.each([
    ["somebody holds the lock for longer than it waits", HELD, 1],
    ["something else is wrong", "Error: No value for required variable", 1],
    ["the lock is never seen", GONE, 5],
  ])("fails where %s", async (_, words, times) => {
    const { binary, runs } = failing(100, words);
    expect([await plan(binary), runs()]).toMatchObject([{ code: "terraform-failed" }, times]);
  });
});

it("the lock of a plan is in the log that a reader gets", async () => {
  const folder = scratch();
  const binary = join(folder, "terraform");
  writeFileSync(binary, '#!/bin/sh\necho "asks for lock A" >> "$TF_LOG_PATH"\n');
  chmodSync(binary, 0o755);
  const logs: string[] = [];
  const onLog = (log: string): unknown => logs.push(log);
  await rootCommands({ workingDirectory: scratch(), env: process.env, onLog }).plan(rootOf(binary), undefined);
  expect(logs).toEqual(["asks for lock A\n"]);
});

describe("a root", () => {
  const initialized = (text: string | undefined): unknown => {
    const folder = scratch();
    mkdirSync(join(folder, ".terraform"));
    if (text !== undefined) writeFileSync(join(folder, ".terraform", "terraform.tfstate"), text);
    return rootCommands({ workingDirectory: folder, env: {} }).initialized(rootOf("terraform"));
  };

  it.each<[string, object, string[] | undefined]>([
    ["an S3 backend", { backend: { type: "s3", config: { bucket: "b", key: "k", region: null } } }, ["b", "k"]],
    ["another backend", { backend: { type: "local", config: { path: null } } }, undefined],
    ["nothing", {}, undefined],
  ])("is known to be initialized with %s", (_, text, expected) => {
    const found = initialized(JSON.stringify(text));
    expect(found).toEqual(expected && { bucket: expected[0], key: expected[1] });
  });

  it("is known not to be initialized, or to be so with what nobody can read", () => {
    expect([initialized(undefined), initialized("{")]).toEqual([undefined, undefined]);
  });

  it("is worked on in another data folder, which is gone afterwards", async () => {
    const folder = scratch();
    const binary = join(folder, "terraform");
    writeFileSync(binary, `#!/bin/sh\necho "$TF_DATA_DIR" > ${folder}/data\n`);
    chmodSync(binary, 0o755);
    const port = rootCommands({ workingDirectory: folder, env: process.env });
    const data = await port.withScratch(async (scratchFolder) => {
      await port.init(rootOf(binary), [], scratchFolder);
      return scratchFolder;
    });
    expect([filesBelow(folder).get("data"), existsSync(data)]).toEqual([`${data}\n`, false]);
    await port.init(rootOf(binary), [], undefined);
    expect(filesBelow(folder).get("data")).toBe("\n");
  });

  it("whose program was interrupted is not one whose program is missing", async () => {
    const folder = scratch();
    const binary = join(folder, "terraform");
    writeFileSync(binary, "#!/bin/sh\nexec sleep 30\n");
    chmodSync(binary, 0o755);
    const port = rootCommands({ workingDirectory: folder, env: process.env });
    const ended = port.init(rootOf(binary), [], undefined);
    process.listeners("SIGINT").at(-1)?.("SIGINT");
    expect(await ended).toBe("interrupted");
  });
});

describe("an init that reads variables in the backend", () => {
  const initialized = (key: string, s3: string | null = null): string =>
    JSON.stringify({
      backend: { type: "s3", config: { bucket: "b", key, workspace_key_prefix: null, endpoints: { s3 } } },
    });

  /** Runs init in a root that is on `early/k`, with a program that then writes another key. */
  async function initTo(
    key: string,
    s3?: string,
    env = {},
  ): Promise<{ readonly outcome: unknown; readonly text: string | undefined }> {
    const folder = scratch();
    mkdirSync(join(folder, ".terraform"));
    writeFileSync(join(folder, ".terraform", "terraform.tfstate"), initialized("early/k"));
    const binary = join(folder, "tofu");
    writeFileSync(binary, `#!/bin/sh\necho '${initialized(key, s3)}' > .terraform/terraform.tfstate\n`);
    chmodSync(binary, 0o755);
    const port = rootCommands({ workingDirectory: folder, env: { ...process.env, ...env } });
    const root: InitRoot = { ...rootOf(binary), engine: { name: "tofu", binary } };
    const outcome = await port.init(root, [], undefined);
    return { outcome, text: filesBelow(folder).get(".terraform/terraform.tfstate") };
  }

  it("is stopped where it led to another state, and .terraform is as it was", async () => {
    const { outcome, text } = await initTo("other/k");
    expect(outcome).toMatchObject({
      code: "state-moved",
      message: expect.stringContaining("s3://b/other/k") as string,
    });
    expect(text).toBe(initialized("early/k"));
  });

  it("is stopped where it led to the same bucket and key in another store", async () => {
    const { outcome } = await initTo("early/k", "https://other.example");
    expect(outcome).toMatchObject({ code: "state-moved", message: expect.stringContaining("other.example") as string });
    const same = await initTo("early/k", "https://o.example", { AWS_ENDPOINT_URL_S3: "https://o.example" });
    expect(same.outcome).toBeUndefined();
  });

  it("goes on where it stayed on its state", async () => {
    expect(await initTo("early/k")).toEqual({ outcome: undefined, text: `${initialized("early/k")}\n` });
  });
});
