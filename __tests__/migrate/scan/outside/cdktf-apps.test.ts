import { App, S3Backend, TerraformStack } from "cdktf";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { retireBlocks } from "../../../../lib/migrate/table/retire-blocks";
import { unreadProblems } from "../../../../lib/migrate/scan/unread-problems";
import { scanned, type Fleet } from "../../../support/fleet";
import { scratch } from "../../../support/scratch";

const stack = (version: string, locking = '"dynamodb_table": "locks",'): string =>
  `{\n  "//": {\n    "metadata": {\n      "backend": "s3",\n      "stackName": "net",\n      "version": "${version}"\n    }\n  },\n  "terraform": {\n    "backend": {\n      "s3": {\n        "bucket": "b",\n        ${locking}\n        "key": "net"\n      }\n    }\n  }\n}\n`;
const OVERRIDE = 'stack.addOverride("terraform.backend.s3.use_lockfile", true)';

/** By language: the app, whose backend begins in line 2, its edit in CDKTF 0.20 and 0.21, and the prop in cdktn. */
const APPS: Readonly<Record<string, readonly [path: string, text: string, override: string, prop: string]>> = {
  TypeScript: [
    "app/main.ts",
    'const a = "net";\nnew S3Backend(this, backendOf("net"));\n',
    OVERRIDE,
    "useLockfile: true",
  ],
  Python: [
    "app/main.py",
    '# S3Backend(\nS3Backend(self, **backend_of("net"))\n',
    'stack.add_override("terraform.backend.s3.use_lockfile", True)',
    "use_lockfile=True",
  ],
  "C#": [
    "app/Main.cs",
    '\nnew S3Backend(this, Backends.Of("net"));\n',
    'stack.AddOverride("terraform.backend.s3.use_lockfile", true)',
    "UseLockfile = true",
  ],
  Go: [
    "app/main.go",
    '\ncdktf.NewS3Backend(stack, backendOf("net"))\n',
    'stack.AddOverride(jsii.String("terraform.backend.s3.use_lockfile"), jsii.Bool(true))',
    "UseLockfile: jsii.Bool(true)",
  ],
  Java: ["app/src/Main.java", '\nnew S3Backend(this, Backends.of("net"));\n', OVERRIDE, ".useLockfile(true)"],
};
const OUT = "app/cdktf.out/stacks/net/cdk.tf.json";
const TARGETS = ', with "targetVersions": {"terraform": ">=1.10.0"} in cdktf.json';

const next = async (fleet: Fleet): Promise<string[]> => (await scanned(fleet)).configurations.map((each) => each.next);

/** The codes for which `retire` keeps the table. */
async function kept(fleet: Fleet): Promise<string[]> {
  const scan = await scanned(fleet);
  const table = { arn: "", status: "ACTIVE", deletionProtection: false };
  const facts = { name: "locks", table, items: [], fleet: scan.configurations, inventory: undefined, grants: [] };
  const blocks = retireBlocks({ ...facts, byHand: scan.byHand ?? [] });
  return [...unreadProblems(scan), ...blocks].map(({ code, path }) => `${code} ${path}`);
}

describe.each(Object.entries(APPS))("a CDKTF app in %s", (_, [path, text, override, prop]) => {
  it.each([
    ["0.20.12", override],
    ["0.21.0", override],
    ["0.22.0", override],
    ["0.24.0", prop + TARGETS],
  ])("version %s: names the place of the backend and the edit that this version takes", async (version, edit) => {
    const both = { [path]: text, [OUT]: stack(version) };
    expect(await next(both)).toEqual([`add ${edit} where ${path}:2 makes this backend, by hand, then synthesize`]);
    expect(await kept(both)).toEqual([`table-in-use ${OUT}:11`]);
    const lockfile = { ...both, [OUT]: stack(version, '"dynamodb_table": "locks", "use_lockfile": true,') };
    expect(await next(lockfile)).toEqual([
      `remove its table where ${path}:2 makes this backend, then synthesize, once every root on this state has run with both`,
    ]);
    expect(await kept(lockfile)).toEqual([`table-in-use ${OUT}:11`]);
    const done = { ...both, [OUT]: stack(version, '"use_lockfile": true,') };
    expect([await next(done), await kept(done)]).toEqual([["nothing"], []]);
  });

  it("without output, it has to be synthesized first, and no table goes before", async () => {
    const { problems } = await scanned({ [path]: text });
    expect(problems.map(({ code, path: place, fix }) => [code, place, fix.split(",")[0]])).toEqual([
      ["not-synthesized", `${path}:2`, "Synthesize first"],
    ]);
    expect(await kept({ [path]: text })).toEqual([`not-synthesized ${path}:2`]);
    // Another app's output says nothing of this one.
    const other = { [path]: text, "other/cdktf.out/stacks/x/cdk.tf.json": stack("0.21.0", '"use_lockfile": true,') };
    expect(await kept(other)).toEqual([`not-synthesized ${path}:2`]);
  });
});

it("the output of an app at the top says nothing of an app below with a cdktf.json of its own", async () => {
  const top = { "cdktf.json": "{}", "cdktf.out/stacks/x/cdk.tf.json": stack("0.21.0", '"use_lockfile": true,') };
  const below = { "apps/a/cdktf.json": "{}", "apps/a/src/main.ts": '\nnew S3Backend(this, of("net"));\n' };
  expect(await kept({ ...top, ...below })).toEqual(["not-synthesized apps/a/src/main.ts:2"]);
  const { "apps/a/cdktf.json": _, ...partOfTop } = below;
  expect(await kept({ ...top, ...partOfTop })).toEqual([]);
});

it("names the backend with the stack's key if an app has several", async () => {
  const text = 'new S3Backend(a, of("network"));\n'.padEnd(20) + "\n".repeat(50) + 'new S3Backend(b, of("net"));\n';
  expect(await next({ "app/main.ts": text, [OUT]: stack("0.21.0") })).toEqual([
    expect.stringContaining("where app/main.ts:52 makes this backend"),
  ]);
});

it.each([
  ["a prop", "new S3Backend(this, {\n  useLockfile: true,\n});\n"],
  ["an override", `new S3Backend(this, {});\n${OVERRIDE};\n`],
  ["a class of that name", "export class S3Backend(x) {}\n"],
])("an app without output is left alone if its source says that it locks in S3: %s", async (_, text) => {
  expect((await scanned({ "main.ts": text })).problems).toEqual([]);
});

it("the advised override makes CDKTF 0.21 write use_lockfile", () => {
  const outdir = mkdtempSync(join(scratch(), "out-"));
  const app = new App({ outdir });
  const made = new TerraformStack(app, "net");
  new S3Backend(made, { bucket: "b", key: "net", region: "eu-central-1", dynamodbTable: "locks" });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the very text of the advice
  new Function("stack", OVERRIDE)(made);
  app.synth();
  const text = readFileSync(join(outdir, "stacks/net/cdk.tf.json"), "utf8");
  expect(JSON.parse(text)).toMatchObject({
    "//": { metadata: { version: "0.21.0" } },
    terraform: { backend: { s3: { dynamodb_table: "locks", use_lockfile: true } } },
  });
});
