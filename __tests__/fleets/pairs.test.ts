import { placeText } from "../../lib/migrate/scan/configuration/configuration";
import { needsPerson } from "../../lib/migrate/scan/needs-person";
import { configFiles } from "../support/config-files";
import { config } from "../support/home";
import { sampled } from "../support/full";
import { scanned, type Fleet } from "../support/fleet";

type Locking = "dynamodb" | "lockfile";

/** One way to give a client its backend: its files in a folder, and the place that a scan has to name. */
type Form = (folder: string, locking: Locking) => { readonly files: Fleet; readonly place: string };

const HCL = { dynamodb: 'dynamodb_table = "t"', lockfile: "use_lockfile = true" };
const FLAG = { dynamodb: "dynamodb_table=t", lockfile: "use_lockfile=true" };
const YAML = { dynamodb: "dynamodb_table: t", lockfile: "use_lockfile: true" };
const JSON_PAIR = { dynamodb: '"dynamodb_table": "t"', lockfile: '"use_lockfile": true' };
const EMPTY = 'terraform {\n  backend "s3" {}\n}\n';
const INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';

const block = (locking: Locking, rest = "", key = "k"): string =>
  `terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "${key}"\n    region = "r"\n    ${HCL[locking]}\n${rest}  }\n}\n`;
const partial = (locking: Locking): string => `bucket = "b"\nkey = "k"\nregion = "r"\n${HCL[locking]}\n`;
const json = (locking: Locking): string =>
  `{"terraform": {"backend": {"s3": {"bucket": "b", "key": "k", "region": "r", ${JSON_PAIR[locking]}}}}}`;
const map = (locking: Locking): string => `{\n    bucket = "b"\n    key = "k"\n    ${HCL[locking]}\n  }`;

/** A form that is one file. */
function file(name: string, text: (locking: Locking) => string, line: number): Form {
  return (folder, locking) => {
    const path = `${folder}/${name}`;
    return { files: { [path]: text(locking) }, place: `${path}:${String(line)}` };
  };
}

/** A form of several files, given with their names; `place` is the name and line to be told. */
function many(files: (folder: string, locking: Locking) => Fleet, place: string): Form {
  return (folder, locking) => ({
    files: Object.fromEntries(
      Object.entries(files(folder, locking)).map(([name, text]) => [`${folder}/${name}`, text] as const),
    ),
    place: `${folder}/${place}`,
  });
}

const FORMS: Readonly<Record<string, Form>> = {
  "a block in .tf": file("main.tf", block, 2),
  "a block in .tofu": file("main.tofu", block, 2),
  "a block in .tf.json": file("main.tf.json", json, 1),
  "a file of CDKTF": file("cdk.tf.json", json, 1),
  "a .tfbackend without a root": file("prod.s3.tfbackend", partial, 1),
  "a .tfbackend in JSON": file(
    "prod.tfbackend.json",
    (locking) => `{"bucket": "b", "key": "k", "region": "r", ${JSON_PAIR[locking]}}`,
    1,
  ),
  "a root with its .tfbackend": many(
    (_, locking) => ({ "main.tf": EMPTY, "prod.tfbackend": partial(locking) }),
    "main.tf:2",
  ),
  "a backend.hcl": file("backend.hcl", partial, 1),
  "a file that a script names": many(
    (folder, locking) => ({
      "state.s3": partial(locking),
      "ci.sh": `terraform -chdir=${folder} init -backend-config=state.s3\n`,
    }),
    "state.s3:1",
  ),
  "a root with a file and flags": many(
    (_, locking) => ({
      "main.tf": EMPTY,
      "backend.hcl": `bucket = "b"\nregion = "r"\n${HCL[locking]}\n`,
      "ci.sh": "terraform init -backend-config=backend.hcl -backend-config=key=k\n",
    }),
    "main.tf:2",
  ),
  "remote_state of Terragrunt": file(
    "terragrunt.hcl",
    (locking) => `terraform {\n  source = "x"\n}\nremote_state {\n  backend = "s3"\n  config = ${map(locking)}\n}\n`,
    4,
  ),
  "remote_state that a unit includes": many(
    (_, locking) => ({
      "root.hcl": `remote_state {\n  backend = "s3"\n  config = ${map(locking).replace('"k"', '"${path_relative_to_include()}"')}\n}\n`,
      "k/terragrunt.hcl": INCLUDE,
    }),
    "root.hcl:1",
  ),
  "generate of Terragrunt": file(
    "terragrunt.hcl",
    (locking) =>
      `terraform {\n  source = "x"\n}\ngenerate "backend" {\n  path = "backend.tf"\n  contents = <<EOF\n${block(locking)}EOF\n}\n`,
    8,
  ),
  "a unit beside a module with a literal backend": many(
    (_, locking) => ({ "terragrunt.hcl": 'terraform {\n  source = "."\n}\n', "main.tf": block(locking) }),
    "main.tf:2",
  ),
  "a unit of a stack": many(
    (_, locking) => ({
      "terragrunt.stack.hcl": 'unit "u" {\n  source = "./unit"\n  path = "u"\n}\n',
      "unit/terragrunt.hcl": `terraform {\n  source = "x"\n}\nremote_state {\n  backend = "s3"\n  config = ${map(locking)}\n}\n`,
    }),
    "unit/terragrunt.hcl:4",
  ),
  "extra arguments of a unit": many(
    (_, locking) => ({
      "terragrunt.hcl": `terraform {\n  source = "."\n  extra_arguments "i" {\n    commands = ["init"]\n    arguments = [\n      "-backend-config=bucket=b",\n      "-backend-config=key=k",\n      "-backend-config=${FLAG[locking]}",\n    ]\n  }\n}\n`,
      "main.tf": EMPTY,
    }),
    "terragrunt.hcl:6",
  ),
  "the old form of Terragrunt": file(
    "terraform.tfvars",
    (locking) => `terragrunt = {\n  remote_state {\n    backend = "s3"\n    config ${map(locking)}\n  }\n}\n`,
    7,
  ),
  "a heredoc of a script": file(
    "hook.sh",
    (locking) => `terraform version\ncat > backend.tf <<EOF\n${block(locking)}EOF\n`,
    8,
  ),
  "a heredoc of a root": file(
    "main.tf",
    (locking) => `resource "local_file" "x" {\n  content = <<EOT\n${block(locking)}EOT\n}\n`,
    8,
  ),
  "flags of a pipeline": file(
    "ci.yml",
    (locking) =>
      `steps:\n  - run: |\n      terraform init \\\n        -backend-config="bucket=b" \\\n        -backend-config="key=k" \\\n        -backend-config="${FLAG[locking]}"\n`,
    4,
  ),
  "flags of a pipeline for a root": many(
    (folder, locking) => ({
      "main.tf": EMPTY,
      "ci.yml": `- run: terraform -chdir=${folder} init -backend-config=bucket=b -backend-config=key=k -backend-config=${FLAG[locking]}\n`,
    }),
    "ci.yml:1",
  ),
  "flags of a Makefile": file(
    "Makefile",
    (locking) =>
      `init:\n\tterraform init -backend-config="bucket=b" -backend-config="key=k" -backend-config="${FLAG[locking]}"\n`,
    2,
  ),
  "a list of flags in a program": file(
    "ci.py",
    (locking) =>
      `run(["terraform", "init", "-backend-config", "bucket=b", "-backend-config", "key=k", "-backend-config", "${FLAG[locking]}"])\n`,
    1,
  ),
  "TF_CLI_ARGS_init in an .envrc": file(
    ".envrc",
    (locking) =>
      `export TF_CLI_ARGS_init="-backend-config=bucket=b -backend-config=key=k -backend-config=${FLAG[locking]}"\n`,
    1,
  ),
  "a stack of Atmos": file(
    "stack.yaml",
    (locking) =>
      `terraform:\n  backend_type: s3\n  backend:\n    s3:\n      bucket: b\n      key: k\n      ${YAML[locking]}\n      encrypt: true\n`,
    7,
  ),
  "an app in TypeScript": file(
    "main.ts",
    (locking) =>
      `new S3Backend(this, {\n  bucket: "b",\n  key: "k",\n  ${locking === "dynamodb" ? 'dynamodbTable: "t"' : "useLockfile: true"},\n});\n`,
    4,
  ),
  "an app in Python": file(
    "main.py",
    (locking) =>
      `S3Backend(self,\n    bucket="b",\n    key="k",\n    ${locking === "dynamodb" ? 'dynamodb_table="t"' : "use_lockfile=True"})\n`,
    4,
  ),
  Terramate: file(
    "x.tm.hcl",
    (locking) => `generate_hcl "backend.tf" {\n  content {\n    ${block(locking).replaceAll("\n", "\n    ")}\n  }\n}\n`,
    8,
  ),
  "a generated file": file("backend.tf", (locking) => `# Generated by Terragrunt. Sig: x\n${block(locking)}`, 3),
  "an override": many(
    (_, locking) => ({
      "main.tf": block(locking === "dynamodb" ? "lockfile" : "dynamodb"),
      "x_override.tf": block(locking),
    }),
    "x_override.tf:2",
  ),
  "an endpoint of AWS": file("main.tf", (l) => block(l, '    endpoints = { s3 = "https://s3.amazonaws.com/" }\n'), 2),
  "a consumer of a config": (folder, locking) => ({
    files: consumer(folder, locking),
    place: `${folder}/state.config.ts:`,
  }),
  "the default prefix, written": file("main.tf", (locking) => block(locking, '    workspace_key_prefix = "env:"\n'), 2),
  "a key that a client cleans": file("main.tf", (locking) => block(locking, "", "./k"), 2),
  "a computed key": file("main.tofu", (locking) => block(locking).replace('"k"', "var.k"), 2),
  "a key in no file": file("prod.s3.tfbackend", (locking) => `bucket = "b"\nregion = "r"\n${HCL[locking]}\n`, 1),
};

/** A config whose consumer has the state of all forms. */
function consumer(folder: string, locking: Locking): Fleet {
  const files = configFiles(folder, { legacyTable: "locks", consumers: [{ name: "web", locking }] });
  const { name, region } = config().bucket;
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text
        .replaceAll(`"${name}"`, '"b"')
        .replaceAll(`"${region}"`, '"r"')
        .replaceAll(/"(stateKey|key)":"[^"]*"/g, '"$1":"k"')
        .replaceAll(/"workspace_key_prefix":"[^"]*",?/g, ""),
    ]),
  );
}

/** Everything that a scan tells, if it does not end with 0; undefined if it does. */
async function told(fleet: Fleet): Promise<string | undefined> {
  const { problems, configurations } = await scanned(fleet);
  const waiting = configurations.filter(needsPerson);
  if (problems.length === 0 && waiting.length === 0) return undefined;
  return JSON.stringify([problems, waiting.map((each) => [placeText(each), each.next, each.obstacles])]);
}

const PAIRS = Object.keys(FORMS).flatMap((one) => Object.keys(FORMS).map((other) => [one, other] as const));

describe("two clients that do not exclude each other are reported with both places", () => {
  it.each(sampled(PAIRS, 7))("%s, in the table, and %s, with a file", async (one, other) => {
    const [table, lockfile] = [FORMS[one]?.("one", "dynamodb"), FORMS[other]?.("other", "lockfile")];
    const text = await told({ ...table?.files, ...lockfile?.files });
    const unnamed = [table?.place, lockfile?.place].filter((place) => text?.includes(place ?? "-") !== true);
    expect({ isSilent: text === undefined, unnamed }).toEqual({ isSilent: false, unnamed: [] });
  });
});

describe("of clients that may share a state", () => {
  const computed = (locking: Locking): string => block(locking).replace('"k"', '"${var.x}/k"');

  it("one problem names the computed one, however many others there are", async () => {
    const others = ["a", "b", "c"].map((name) => [`${name}/main.tf`, block("lockfile", "", `${name}/k`)] as const);
    const { problems } = await scanned({ "main.tofu": computed("dynamodb"), ...Object.fromEntries(others) });
    expect(problems.map(({ code, path }) => [code, path])).toEqual([["two-lockings", "main.tofu:2"]]);
    expect(problems[0]?.message).toContain("a/main.tf:2 and 2 more");
  });

  it("a key in the folder of a workspace is the state of that workspace", async () => {
    const { problems } = await scanned({
      "a/main.tf": block("dynamodb"),
      "b/main.tf": block("lockfile", "", "env:/dev/k"),
      "c/main.tf": block("dynamodb", '    workspace_key_prefix = "x/y"\n', "z"),
      "d/main.tf": block("lockfile", "", "x/y/dev/z"),
    });
    expect(problems.map(({ path }) => path)).toEqual(["b/main.tf:2", "d/main.tf:2"]);
  });

  it.each<[string, Fleet]>([
    [
      "both beside a file",
      { "a.tf": block("dynamodb", "    use_lockfile = true\n"), "x/ci.sh": flags("key=k", "lockfile") },
    ],
    ["another bucket", { "a.tf": block("dynamodb"), "x/ci.sh": flags("key=k", "lockfile").replace("=b ", "=c ") }],
    ["another end of a key", { "a.tofu": computed("dynamodb"), "x/a.tf": block("lockfile", "", "x/l") }],
    ["a computed flag with another end", { "a.tf": block("dynamodb"), "x/ci.sh": flags("key=$X/l", "lockfile") }],
    [
      "flags that add the file to a root in the table",
      { "a/main.tf": block("dynamodb"), "ci.sh": flags("key=k", "lockfile").replace("init", "-chdir=a init") },
    ],
    [
      "flags without a bucket and a key",
      { "a.tf": block("dynamodb"), "ci.sh": "terraform init -reconfigure -backend-config=use_lockfile=true\n" },
    ],
  ])("%s is not a pair", async (_, fleet) => {
    expect((await scanned(fleet)).problems).toEqual([]);
  });
});

function flags(key: string, locking: Locking): string {
  return `terraform init -backend-config=bucket=b -backend-config=${key} -backend-config=${FLAG[locking]}\n`;
}
