import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InitRoot, InitSetup } from "../../lib/migrate/step/init-port";
import { sharedDataFolder } from "../../lib/programs/data-folder";
import { rootCommands } from "../../lib/programs/root-commands";
import { filesBelow, scratch } from "../support/scratch";

const SETUP = { partials: [], bucket: "b", key: "k", prefix: "env:" };

/** A root that this binary runs. */
const rootOf = (binary: string): InitRoot => ({
  root: ".",
  engine: { name: "terraform", binary },
  setups: [SETUP],
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
      await port.init(rootOf(binary), SETUP, scratchFolder);
      return scratchFolder;
    });
    expect([filesBelow(folder).get("data"), existsSync(data)]).toEqual([`${data}\n`, false]);
    await port.init(rootOf(binary), SETUP, undefined);
    expect(filesBelow(folder).get("data")).toBe("\n");
  });

  it("whose program was interrupted is not one whose program is missing", async () => {
    const folder = scratch();
    const binary = join(folder, "terraform");
    writeFileSync(binary, "#!/bin/sh\nexec sleep 30\n");
    chmodSync(binary, 0o755);
    const port = rootCommands({ workingDirectory: folder, env: process.env });
    const ended = port.init(rootOf(binary), SETUP, undefined);
    process.listeners("SIGINT").at(-1)?.("SIGINT");
    expect(await ended).toBe("interrupted");
  });
});

describe("an init that leads elsewhere", () => {
  const S3 = { bucket: "b", key: "k", workspace_key_prefix: null, region: "eu-west-1", endpoints: null };
  const backend = (config: object, type = "s3"): string => JSON.stringify({ backend: { type, config } });
  const s3 = (change: object = {}): string => backend({ ...S3, ...change });

  interface Init {
    /** Texts before; undefined: the file is not there. */
    readonly from?: string | undefined;
    readonly workspace?: string;
    /** What the program writes. */
    readonly to?: string;
    readonly selects?: string;
    readonly code?: number;
    readonly setup?: InitSetup;
    readonly env?: Readonly<Record<string, string>>;
    readonly folder?: string;
  }

  /** Runs init with a program that writes these files, and returns what became of them. */
  async function inited(init: Init): Promise<{ outcome: unknown; files: (string | undefined)[]; args: string }> {
    const { from, workspace, to, selects, code = 0, setup = SETUP, env = {}, folder: data = ".terraform" } = init;
    const folder = scratch();
    mkdirSync(join(folder, data), { recursive: true });
    if (from !== undefined) writeFileSync(join(folder, data, "terraform.tfstate"), from);
    if (workspace !== undefined) writeFileSync(join(folder, data, "environment"), workspace);
    const binary = join(folder, "tofu");
    const writes = [
      to === undefined ? "" : `echo '${to}' > ${data}/terraform.tfstate`,
      selects === undefined ? "" : `printf '${selects}' > ${data}/environment`,
    ];
    writeFileSync(binary, `#!/bin/sh\necho "$@" > args\n${writes.join("\n")}\nexit ${String(code)}\n`);
    chmodSync(binary, 0o755);
    const port = rootCommands({ workingDirectory: folder, env: { PATH: process.env["PATH"], ...env } });
    const outcome = await port.init({ ...rootOf(binary), engine: { name: "tofu", binary } }, setup, undefined);
    const found = filesBelow(folder);
    return {
      outcome,
      files: [`${data}/terraform.tfstate`, `${data}/environment`].map((file) => found.get(file)),
      args: found.get("args") ?? "",
    };
  }

  const ANY_KEY: InitSetup = { partials: [], bucket: "b", key: undefined };

  it.each<[string, Init, string]>([
    ["another key, from a variable", { from: s3(), to: s3({ key: "other" }), setup: ANY_KEY }, "s3://b/other"],
    ["another bucket", { from: s3(), to: s3({ bucket: "c" }) }, "s3://c/k"],
    ["another prefix", { from: s3(), to: s3({ workspace_key_prefix: "ws" }) }, "led to s3://b/k, workspaces below ws"],
    [
      "another endpoint",
      { from: s3(), to: s3({ endpoints: { s3: "http://minio" } }) },
      "led to s3://b/k, at http://minio",
    ],
    [
      "its endpoint by an older argument",
      { from: s3({ endpoint: "http://minio" }), to: s3() },
      "led to s3://b/k, at AWS",
    ],
    ["another region", { from: s3(), to: s3({ region: "us-east-1" }) }, "led to s3://b/k, in us-east-1"],
    [
      "the region of the environment",
      { from: s3(), to: s3({ region: null }), env: { AWS_REGION: "us-east-1" } },
      "in us-east-1",
    ],
    ["a backend of another type", { from: s3(), to: backend({ path: null }, "local") }, 'the backend "local"'],
    [
      "S3, from another type",
      { from: backend({ path: null }, "gcs"), to: s3() },
      'stay on its state the backend "gcs"',
    ],
    ["no backend", { from: s3(), to: "{}" }, "led to no backend"],
    ["another state before it fails", { from: s3(), to: s3({ key: "other" }), code: 1 }, "s3://b/other"],
    ["another key in a first run", { to: s3({ key: "other" }) }, "that its files name, s3://b/k, but"],
    ["another prefix in a first run", { to: s3({ workspace_key_prefix: "ws" }) }, "workspaces below ws"],
    ["another type in a first run", { to: backend({ path: null }, "local") }, 'the backend "local"'],
    ["another workspace", { from: s3(), workspace: "dev", to: s3(), selects: "default" }, "stay in its workspace dev"],
    [
      "another key in the folder of TF_DATA_DIR",
      { from: s3(), to: s3({ key: "other" }), env: { TF_DATA_DIR: ".data" }, folder: ".data" },
      "s3://b/other",
    ],
  ])("is stopped at %s, and both files are as they were", async (_, init, says) => {
    const { outcome, files } = await inited(init);
    expect(outcome).toMatchObject({ code: "state-moved", message: expect.stringContaining(says) as string });
    expect(files).toEqual([init.from, init.workspace]);
  });

  it.each<[string, Init]>([
    ["its state", { from: s3(), to: s3() }],
    ["a key that its files compute, in a first run", { to: s3({ key: "any" }), setup: ANY_KEY }],
    ["the usual prefix, by its name", { from: s3(), to: s3({ workspace_key_prefix: "env:" }) }],
    ["a region where none was known", { from: s3({ region: null }), to: s3() }],
    [
      "the endpoint of the environment, by its name",
      { from: s3(), to: s3({ endpoints: { s3: "http://minio/" } }), env: { AWS_ENDPOINT_URL_S3: "http://minio" } },
    ],
    ["the selected workspace", { from: s3(), workspace: "dev", to: s3() }],
    ["the default workspace, by its name", { from: s3(), to: s3(), selects: "default" }],
  ])("goes on at %s", async (_, init) => {
    expect((await inited(init)).outcome).toBeUndefined();
  });

  it("never migrates or copies a state, whatever TF_CLI_ARGS_init says: explicit arguments come last", async () => {
    const { args } = await inited({ from: s3(), to: s3() });
    expect(args).toContain("init -reconfigure -migrate-state=false -force-copy=false");
  });
});

it.each<[string | undefined, string[], number]>([
  [undefined, ["a", "b"], 0],
  [".data", ["a", "b"], 0],
  ["/data", ["a", "a"], 0],
  ["/data", ["a", "b"], 1],
])("the data folder %s for the roots %j", (given, roots, problems) => {
  const inits = roots.map((root) => ({ ...rootOf("tofu"), root }));
  expect(sharedDataFolder(inits, given)).toHaveLength(problems);
});
