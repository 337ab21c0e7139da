import { settingText } from "../../../cli/migrate/scan/setting-text";
import { SyntaxProblem } from "../../../lib/hcl/syntax";
import { scan } from "../../../lib/migrate/scan/scan";
import { memoryFiles, parsers, phases, scanned, type Fleet } from "../../support/fleet";
import { places, text } from "../../support/home";

function s3(inner: string): string {
  return `terraform {\n  backend "s3" {\n${inner}\n  }\n}\n`;
}

const ON_DYNAMODB = s3('    bucket = "b"\n    key = "k"\n    dynamodb_table = "t"');

/** `root: phase s3://bucket/key table` of every configuration, and the files it comes from. */
async function lines(fleet: Fleet): Promise<string[]> {
  const { configurations } = await scanned(fleet);
  return configurations.map(({ root, source, phase, bucket, key, table, places: from }) => {
    const where = from.map(({ file, site }) => `${file.path}:${String(site.line)}`).join(" + ");
    return `${source} ${root}: ${phase} s3://${settingText(bucket)}/${settingText(key)} ${settingText(table)} (${where})`;
  });
}

describe("what a scan finds", () => {
  it.each([
    ["main.tf", ON_DYNAMODB, "terraform .: dynamodb s3://b/k t (main.tf:2)"],
    ["a/main.tofu", ON_DYNAMODB, "opentofu a: dynamodb s3://b/k t (a/main.tofu:2)"],
    [
      "a/b/x.tf.json",
      '{\n "terraform": {"backend": {"s3": {"bucket": "b", "key": "k", "use_lockfile": true}}}}',
      "terraform a/b: lockfile s3://b/k - (a/b/x.tf.json:2)",
    ],
    [
      "cdktf.out/stacks/x/cdk.tf.json",
      '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "k"}}}}',
      "cdktf cdktf.out/stacks/x: none s3://b/k - (cdktf.out/stacks/x/cdk.tf.json:1)",
    ],
    [
      "live/root.hcl",
      '# x\nremote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "${path}/k"\n    dynamodb_table = local.t\n  }\n}\n',
      'terragrunt live: dynamodb s3://b/"${path}/k" local.t (live/root.hcl:2)',
    ],
    [
      "live/a/terragrunt.hcl",
      'remote_state = {\n  backend = "s3"\n  config = merge(local.c, { key = "k" })\n}\n',
      "terragrunt live/a: unknown s3://-/- - (live/a/terragrunt.hcl:1)",
    ],
    [
      "main.tf",
      'data "terraform_remote_state" "n" {\n  backend = "s3"\n  config = {\n    bucket = var.b\n    key = "k"\n    dynamodb_table = "t"\n  }\n}\n',
      "reader .: dynamodb s3://var.b/k t (main.tf:1)",
    ],
  ])("%s %#", async (path, content, expected) => {
    expect(await lines({ [path]: content })).toEqual([expected]);
  });

  it("nothing where there is nothing for it: other backends, plain readers, hidden files, copies", async () => {
    const fleet = {
      "gcs/main.tf": 'terraform {\n  backend "gcs" {\n    bucket = "b"\n  }\n}\n',
      "gcs/prod.tfbackend": 'bucket = "b"\nprefix = "p"\n',
      "azure/prod.tfbackend": 'resource_group_name = "r"\nkey = "k"\n',
      "plain/main.tf":
        'data "terraform_remote_state" "n" {\n  backend = "s3"\n  config = { bucket = "b", key = "k" }\n}\n',
      "cloud/main.tf": 'terraform {\n  cloud {\n    organization = "o"\n  }\n}\n',
      "x/.main.tf": ON_DYNAMODB,
      "x/main.tf~": ON_DYNAMODB,
      "x/#main.tf#": ON_DYNAMODB,
      "x/.terraform/modules/m/main.tf": ON_DYNAMODB,
      "x/.terragrunt-cache/m/main.tf": ON_DYNAMODB,
      "node_modules/m/main.tf": ON_DYNAMODB,
      ".git/main.tf": ON_DYNAMODB,
    };
    const { configurations, problems } = await scanned(fleet);
    expect([configurations, problems]).toEqual([[], []]);
  });

  it("reads a block that says nothing about where its state is as unknown: the command line may say it", async () => {
    expect(await lines({ "main.tf": 'terraform {\n  backend "s3" {}\n}\n' })).toEqual([
      "terraform .: unknown s3://-/- - (main.tf:2)",
    ]);
  });

  it.each([
    ['dynamodb_table = "t"', "dynamodb"],
    ['dynamodb_table = "t"\nuse_lockfile = true', "both"],
    ['dynamodb_table = "t"\nuse_lockfile = "true"', "both"],
    ['dynamodb_table = "t"\nuse_lockfile = "1"', "both"],
    ['dynamodb_table = "t"\nuse_lockfile = false', "dynamodb"],
    ['dynamodb_table = "t"\nuse_lockfile = null', "dynamodb"],
    ['dynamodb_table = ""\nuse_lockfile = true', "lockfile"],
    ["dynamodb_table = null\nuse_lockfile = true", "lockfile"],
    ["use_lockfile = true", "lockfile"],
    ["use_lockfile = false", "none"],
    ["", "none"],
    ['use_lockfile = "yes"', "unknown"],
    ["use_lockfile = local.lock", "unknown"],
    ['lock_table = "t"', "dynamodb"],
  ])("%j is the phase %s", async (written, phase) => {
    const content = s3(`    bucket = "b"\n    key = "k"\n${written}`);
    expect(await phases({ "main.tf": content })).toEqual([`${phase} .`]);
  });
});

describe("one odd file", () => {
  const DEEP = 20_000;

  it.each([
    ["odd.tf", "nested too deeply", `x = ${"[".repeat(3_000)}${"]".repeat(3_000)}\n`],
    ["odd.tf", "has a line that is too long", `x = ${"[".repeat(DEEP)}`],
    ["odd.tf.json", "nested too deeply", `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`],
  ])("does not keep the others from being read: %s %s %#", async (path, said, content) => {
    const { configurations, problems } = await scanned({ [path]: content, "app/main.tf": ON_DYNAMODB });
    expect(configurations.map(({ root }) => root)).toEqual(["app"]);
    expect(problems).toMatchObject([
      { code: "unreadable-file", path: `${path}:1`, message: expect.stringContaining(said) as unknown },
    ]);
  });
});

describe("partial configurations", () => {
  const EMPTY = 'terraform {\n  backend "s3" {}\n}\n';

  it("belong to the nearest root at or above them", async () => {
    const fleet = {
      "main.tf": EMPTY,
      "app/main.tf": EMPTY,
      "app/env/x.tfbackend": 'bucket = "b"\nkey = "app"\nuse_lockfile = true\n',
      "x.s3.tfbackend": 'bucket = "b"\nkey = "top"\ndynamodb_table = "t"\n',
    };
    expect(await lines(fleet)).toEqual([
      "terraform .: dynamodb s3://b/top t (main.tf:2 + x.s3.tfbackend:1)",
      "terraform app: lockfile s3://b/app - (app/main.tf:2 + app/env/x.tfbackend:1)",
    ]);
  });

  it("override the block, argument by argument", async () => {
    const fleet = {
      "main.tf": s3('    bucket = "b"\n    key = "k"\n    dynamodb_table = "t"\n    use_lockfile = true'),
      "x.tfbackend": 'key = "other"\nuse_lockfile = false\n',
    };
    expect(await lines(fleet)).toEqual(["terraform .: dynamodb s3://b/other t (main.tf:2 + x.tfbackend:1)"]);
  });

  it("that disagree are alternatives, the others are layers of each", async () => {
    const fleet = {
      "main.tf": s3('    key = "k"'),
      "common.tfbackend": 'region = "r"\ndynamodb_table = "t"\n',
      "prod.tfbackend": 'bucket = "prod"\nuse_lockfile = true\n',
      "test.tfbackend": 'bucket = "test"\n',
    };
    expect(await lines(fleet)).toEqual([
      "terraform .: both s3://prod/k t (main.tf:2 + common.tfbackend:1 + prod.tfbackend:1)",
      "terraform .: dynamodb s3://test/k t (main.tf:2 + common.tfbackend:1 + test.tfbackend:1)",
    ]);
  });

  it("without a root stand for themselves, with whatever key they have", async () => {
    const fleet = {
      "backends/a.tfbackend": 'bucket = "b"\ndynamodb_table = "t"\n',
      "backends/b.s3.tfbackend": 'bucket = "b"\nkey = "${ENV}/k"\n',
      "backends/c.tfbackend.json": '{"bucket": "b", "key": "c", "region": "r", "use_lockfile": true}',
    };
    expect(await lines(fleet)).toEqual([
      "partial backends: dynamodb s3://b/- t (backends/a.tfbackend:1)",
      'partial backends: none s3://b/"${ENV}/k" - (backends/b.s3.tfbackend:1)',
      "partial backends: lockfile s3://b/c - (backends/c.tfbackend.json:1)",
    ]);
  });
});

it("an override file's backend replaces the others", async () => {
  const fleet = { "main.tf": ON_DYNAMODB, "backend_override.tf": ON_DYNAMODB.replace('"k"', '"other"') };
  expect(await lines(fleet)).toEqual(["terraform .: dynamodb s3://b/other t (backend_override.tf:2)"]);
});

describe("files and states that an operator has to fix", () => {
  it("names a file that no parser reads, with its line", async () => {
    const { configurations, problems } = await scanned({ "ok/main.tf": ON_DYNAMODB, "x/main.tf": "a = 1\nb = = 2\n" });
    expect(places(problems)).toEqual(["unreadable-file x/main.tf:2"]);
    expect(configurations).toHaveLength(1);
  });

  it("JSON with a comment, and a .tfbackend file without a backend", async () => {
    const { problems } = await scanned({ "a.tf.json": "{\n// no\n}", "b.tfbackend": "bucket: b" });
    expect(places(problems)).toEqual(["unreadable-file a.tf.json:2", "unreadable-file b.tfbackend:1"]);
  });

  it("a file that only HashiCorp's parser takes is reported where it has a backend, and passed over where not", async () => {
    const odd = "locals {\n  x = 5\n}\n";
    const fleet = { "a.tf": odd + ON_DYNAMODB, "b.tf": odd, "c.tfbackend": "max_retries = 1\n" };
    const rejects = (): SyntaxProblem => new SyntaxProblem(1, "is not HCL");
    const { confirm } = await parsers();
    const { problems, configurations } = await scan(
      memoryFiles(fleet),
      { positions: { parse: rejects, tokens: rejects }, confirm },
      ["."],
    );
    expect(problems.map(({ path }) => path.split(":")[0])).toEqual(["a.tf", "c.tfbackend"]);
    expect(problems[0]?.message).toContain("HashiCorp's parser accepts it");
    expect(configurations).toEqual([]);
  });

  it("reports one state in two roots, with both places", async () => {
    const { problems } = await scanned({ "a/main.tf": ON_DYNAMODB, "b/main.tf": ON_DYNAMODB, "c/root.hcl": "" });
    expect(text(problems)).toMatchInlineSnapshot(`
      "[duplicate-key] b/main.tf:2 must not share its state, got "s3://b/k", which is also the state of a/main.tf:2
        -> Give one of them its own key and move its state there: with one key, each apply overwrites the state of the other. If one is a copy that nobody runs, delete it."
    `);
  });

  it("one state in one root twice is not: OpenTofu's file beside Terraform's", async () => {
    const { problems } = await scanned({ "main.tf": ON_DYNAMODB, "main.tofu": ON_DYNAMODB });
    expect(problems).toEqual([]);
  });

  it.each([
    ["x = 1e5", "dynamodb"],
    ["x = 1.5E-3", "dynamodb"],
    ['x = "9e9999999"', "dynamodb"],
  ])("a number with an exponent hides nothing: %s", async (line, phase) => {
    const { configurations, problems } = await scanned({ "a.tf": `locals {\n  ${line}\n}\n${ON_DYNAMODB}` });
    expect([configurations.map((each) => each.phase), problems]).toEqual([[phase], []]);
  });

  it.each(["x = 9e9999999999 [", `x = ${"9".repeat(9_000)} [`])(
    "a number that takes for ever names its file %#",
    async (line) => {
      const { problems } = await scanned({ "a.tf": `${ON_DYNAMODB}\n${line}\n` });
      expect(problems).toMatchObject([
        { path: "a.tf:9", message: "could not be parsed: has a number that is too long to compute" },
      ]);
    },
  );

  it("a file with several mistakes is one line, with its own name", async () => {
    const { problems } = await scanned({ "a.tf": 'x = {\n y = \n}\nz = "\n' });
    expect(problems[0]?.path).toBe("a.tf:4");
    expect(problems[0]?.message).not.toMatch(/\n|statelock/);
  });

  it("one file linked into two roots is one state in two", async () => {
    const { problems } = await scanned({ "a/main.tf": ON_DYNAMODB }, { "b/main.tf": "a/main.tf" });
    expect(places(problems)).toEqual(["duplicate-key b/main.tf:2"]);
  });
});

describe("versions", () => {
  it.each([
    ["main.tf", ">= 1.10.1", "met"],
    ["main.tofu", ">= 1.10.1", "allows-older"],
    ["main.tofu", ">= 1.10.2", "met"],
    ["main.tf", "~> 1.9", "allows-older"],
    ["main.tf", "< 1.10", "too-old"],
  ])("%s with %s: %s", async (path, required, verdict) => {
    const content = `terraform {\n  required_version = "${required}"\n}\n`;
    const { configurations } = await scanned({ [path]: ON_DYNAMODB, "versions.tf": content });
    expect(configurations.map(({ versions }) => versions.verdict)).toEqual([verdict]);
  });
});

it("says the next step of every phase", async () => {
  const at = (key: string, rest: string): string => s3(`    bucket = "b"\n    key = "${key}"\n${rest}`);
  const { configurations } = await scanned({
    "1/main.tf": at("1", 'dynamodb_table = "t"'),
    "2/main.tf": at("2", 'dynamodb_table = "t"\nuse_lockfile = true'),
    "3/main.tf": at("3", "use_lockfile = true"),
    "4/main.tf": at("4", 'use_lockfile = true\ndynamodb_endpoint = "e"'),
    "5/main.tf": at("5", ""),
    "6/main.tf": at("6", 'bucket_name = var.x\ndynamodb_table = "t"'),
    "7/cdk.tf.json":
      '{"data": {"terraform_remote_state": {"x": {"backend": "s3", "config": {"dynamodb_table": "t"}}}}}',
  });
  expect(configurations.map((each) => `${each.file.path}: ${each.next}`)).toEqual([
    "1/main.tf: migrate apply --to both",
    "2/main.tf: migrate apply --to lockfile, once every root on this state has run with both",
    "3/main.tf: nothing",
    "4/main.tf: migrate apply --to lockfile removes the remaining table arguments",
    "5/main.tf: set use_lockfile = true: nothing locks this state",
    "6/main.tf: Write the value itself, or set it in a partial configuration. A .tofu file may compute it.",
    "7/cdk.tf.json: remove its table in the stack's backend (here: `locking` in the config), then synth",
  ]);
});

it("reports its progress", async () => {
  const told: string[] = [];
  const fleet = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${String(index)}/main.tf`, ON_DYNAMODB]));
  await scan(memoryFiles(fleet), await parsers(), ["."], ({ files, of }) =>
    told.push(`${String(files)}/${String(of)}`),
  );
  expect(told).toEqual(["0/40", "32/40", "40/40"]);
});
