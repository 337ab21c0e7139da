import { needsPerson } from "../../lib/migrate/scan/needs-person";
import { moved, scanned, type Fleet } from "../support/fleet";

const backend = (rest: string, key = "k"): string =>
  `terraform {\n  backend "s3" {\n    bucket = "b"\n    key    = "${key}"\n    region = "eu-west-1"\n${rest}  }\n}\n`;
const TABLE = '    dynamodb_table = "locks"\n';
const FILE = "    use_lockfile = true\n";
const reader = (attributes: string): string => `data "terraform_remote_state" "n" {\n${attributes}}\n`;
const PARTIAL = 'bucket = "b"\nkey = "k"\nregion = "r"\ndynamodb_table = "locks"\n';
const arn = (account: string): string => `    dynamodb_table = "arn:aws:dynamodb:eu-west-1:${account}:table/locks"\n`;

/** True if a scan ends with 0. */
async function isFine(fleet: Fleet): Promise<boolean> {
  const { problems, configurations } = await scanned(fleet);
  return problems.length === 0 && !configurations.some(needsPerson);
}

/** The paths that still name the table after both steps. */
async function left(fleet: Fleet): Promise<readonly string[]> {
  const end = await moved(await moved(fleet, { to: "both" }), { to: "lockfile" });
  return (await isFine(end)) ? Object.keys(end).filter((path) => /locks|dynamodb/i.test(end[path] ?? "")) : [];
}

describe("no run is fine while a form that is easily overlooked names the table", () => {
  it.each<[string, Fleet]>([
    [
      "an override in JSON",
      { "override.tf.json": `{"terraform":{"backend":{"s3":{"bucket":"b","key":"k","dynamodb_table":"locks"}}}}` },
    ],
    ["an override", { "a_override.tf": backend(TABLE) }],
    ["an override for OpenTofu", { "override.tofu": backend(TABLE) }],
    ["a root file called example.tf", { "o/example.tf": backend(TABLE, "o") }],
    ["a root file with a second ending", { "o/backend.example.tf": backend(TABLE, "o") }],
    ["a root file called Makefile.tf", { "o/Makefile.tf": backend(TABLE, "o") }],
    ["a key with the word TODO", { "o/main.tf": backend(TABLE, "apps/TODO-list/x") }],
    [
      "lists in JSON",
      { "o/main.tf.json": '{"terraform":[{"backend":[{"s3":[{"bucket":"b","key":"o","dynamodb_table":"locks"}]}]}]}' },
    ],
    ["a label without quotes", { "o/main.tf": backend(TABLE, "o").replace('"s3"', "s3") }],
    ["a byte order mark", { "o/main.tf": `\ufeff${backend(TABLE, "o")}` }],
    [
      "a reader in JSON with a computed backend",
      {
        "r.tf.json":
          '{"data":{"terraform_remote_state":{"n":{"backend":"${var.b}","config":{"dynamodb_table":"locks"}}}}}',
      },
    ],
    [
      "a reader with a computed argument",
      { "r.tf": reader('  backend = "s3"\n  config = {\n    (local.n) = "locks"\n  }\n') },
    ],
    [
      "a reader with a template as an argument",
      { "r.tf": reader('  backend = "s3"\n  config = {\n    "${local.d}_table" = "locks"\n  }\n') },
    ],
    [
      "a reader in a check",
      { "r.tf": `check "c" {\n${reader('  backend = "s3"\n  config = {\n    dynamodb_table = "locks"\n  }\n')}}\n` },
    ],
    [
      "a reader in a check in JSON",
      {
        "r.tf.json":
          '{"check":{"c":{"data":{"terraform_remote_state":{"n":{"backend":"s3","config":{"dynamodb_table":"locks"}}}}}}}',
      },
    ],
    ["a provisioner of Packer", { "x.pkr.hcl": 'inline = ["terraform init -backend-config=dynamodb_table=locks"]\n' }],
    ["a job of Nomad", { "x.nomad": 'args = ["terraform", "init", "-backend-config=dynamodb_table=locks"]\n' }],
    ["a script in Lua", { "x.lua": 'os.execute("terraform init -backend-config=dynamodb_table=locks")\n' }],
    ["a program in Swift", { "x.swift": 'run("terraform init -backend-config=dynamodb_table=locks")\n' }],
    ["a flag in two parts", { "ci.sh": 'A=-backend-config=dynamodb_table\nterraform init "$A=locks"\n' }],
    [
      "a file that a line writes and takes",
      { "ci.sh": 'echo "dynamodb_table = \\"locks\\"" > x; terraform init -backend-config=x\n' },
    ],
    ["a partial file called .ini", { "o/prod.ini": PARTIAL }],
    ["a partial file called .properties", { "o/prod.properties": PARTIAL }],
    [
      "a test in JSON",
      { "a.tftest.json": '{"run": {"x": {"backend": {"s3": {"key": "k", "dynamodb_table": "locks"}}}}}\n' },
    ],
    [
      "a task in JSON",
      { "task-definition.json": '{"command": ["terraform", "init", "-backend-config=dynamodb_table=locks"]}\n' },
    ],
    [
      "a stack of Atmos that does not name Terraform",
      { "stacks/x.yaml": "backend:\n  s3:\n    dynamodb_table: locks\n" },
    ],
    ["a backend of Terraspace in Ruby", { "backend.rb": 'backend("s3",\n  dynamodb_table: "locks"\n)\n' }],
    ["a reader of Pulumi", { "i.ts": 'f({\n  backendType: "s3",\n  dynamodbTable: "locks",\n});\n' }],
    ["a hidden justfile", { ".justfile": "init:\n  terraform init -backend-config=dynamodb_table=locks\n" }],
    ["a Dockerfile with a name", { "tf.Dockerfile": "RUN terraform init -backend-config=dynamodb_table=locks\n" }],
    ["a library of Rake", { "lib/tf.rake": 'sh "terraform init -backend-config=dynamodb_table=locks"\n' }],
    ["a job in XML", { "config.xml": "<command>terraform init -backend-config=dynamodb_table=locks</command>\n" }],
    [
      "a backend that a script copies into roots",
      { "scripts/config": `terraform {\n  backend "s3" {\n    ${TABLE}  }\n}\n` },
    ],
    ["a script that another one reads", { "bin/deploy": "terraform init -backend-config=dynamodb_table=locks\n" }],
    ["a module of Ansible", { "play.yml": "backend_config:\n  bucket: b\n  dynamodb_table: locks\n" }],
    [
      "files of a module of Ansible",
      {
        "play.yml":
          "- terraform:\n    backend_config_files:\n      - env/a.txt\n      - env/b.txt\n    state: present\n",
        "env/b.txt": PARTIAL,
      },
    ],
    [
      "files of an action, on one line",
      { "ci.yml": "backend_config_file: [x.txt, env/b.txt]\nuses: terraform\n", "env/b.txt": PARTIAL },
    ],
    [
      "a library for Python",
      { "ci.py": 'Terraform("a").init(backend_config={"bucket": "b", "dynamodb_table": "locks"})\n' },
    ],
    ["a library for Go", { "ci.go": 'tf.Init(ctx, tfexec.BackendConfig("dynamodb_table=locks"))\n' }],
    ["a test in Go", { "a_test.go": 'BackendConfig: map[string]any{\n  "dynamodb_table": "locks",\n}\n' }],
    ["a backend file of Crossplane", { "p.yaml": `kind: ProviderConfig\nspec:\n  backendFile: |\n    ${TABLE}` }],
    ["a key of a secret for Flux", { "t.yaml": "backendConfigsFrom:\n- kind: Secret\n  keys: [dynamodb_table]\n" }],
    ["keys of a secret for Flux", { "t.yaml": "backendConfigsFrom:\n- keys:\n  - bucket\n  - dynamodb_table\n" }],
    ["a flag in a list", { "ci.yml": 'run: ["terraform", "init", "-backend-config", "dynamodb_table=locks"]\n' }],
    [
      "a flag in a list of a program",
      { "ci.py": 'run(["terraform", "init", "-backend-config", "dynamodb_table=locks"])\n' },
    ],
    ["a flag with a computed name", { "ci.py": 'args = [f"-backend-config={k}={v}" for k, v in locks.items()]\n' }],
    ["a flag that is a variable", { "ci.sh": 'terraform init -backend-config="$LOCKS"\n' }],
    [
      "a flag after a very long line",
      { "ci.js": `${"terraform ".repeat(50_000)} init -backend-config=dynamodb_table=locks\n` },
    ],
    ["a script without an ending", { "bin/tf": "#!/bin/sh\nterraform init -backend-config=dynamodb_table=locks\n" }],
    ["a variable of a pipeline", { "ci.yml": "terraform:\n  PLUGIN_INIT_BACKEND_CONFIG_DYNAMODB_TABLE: locks\n" }],
    [
      "tasks of an editor",
      { ".vscode/tasks.json": '{"command": "terraform init -backend-config=dynamodb_table=locks"}' },
    ],
    [
      "a CDKTF app in TypeScript",
      { "main.ts": 'new S3Backend(this, {\n  bucket: "b",\n  dynamodbTable: "locks" });\n' },
    ],
    [
      "a CDKTF app in Go",
      { "main.go": 'cdktf.NewS3Backend(s, &cdktf.S3BackendConfig{\n  DynamodbTable: jsii.String("locks"),\n})\n' },
    ],
    ["a CDKTF app in C#", { "Main.cs": 'new S3Backend(this, new S3BackendConfig {\n  DynamodbTable = "locks" });\n' }],
    [
      "a CDKTF app in Java",
      { "Main.java": 'new S3Backend(this, S3BackendConfig.builder()\n .dynamodbTable("locks").build());\n' },
    ],
    [
      "a build that a root makes",
      {
        "cb.tf":
          'resource "aws_codebuild_project" "x" {\n  source {\n    buildspec = <<EOF\n- terraform init -backend-config="dynamodb_table=locks"\nEOF\n  }\n}\n',
      },
    ],
    [
      "a command that a root runs",
      {
        "x.tf":
          'resource "null_resource" "x" {\n  provisioner "local-exec" {\n    command = "terraform init -backend-config=dynamodb_table=locks"\n  }\n}\n',
      },
    ],
    [
      "a backend in a quoted text",
      {
        "x.tf":
          'resource "local_file" "x" {\n  content = "backend \\"s3\\" {\\n dynamodb_table = \\"locks\\"\\n}"\n}\n',
      },
    ],
    ["a backend in a local", { "x.tf": `locals {\n  b = <<EOF\n${backend(TABLE, "o")}EOF\n}\n` }],
    ["a backend of a test", { "x.tftest.hcl": 'run "x" {\n  backend "s3" {\n    dynamodb_table = "locks"\n  }\n}\n' }],
    [
      "a partial file that a command names",
      { "prod.s3": 'dynamodb_table = "locks"\n', "ci.sh": "terraform init -backend-config=prod.s3\n" },
    ],
    [
      "a partial file below a computed name",
      { "env/prod": PARTIAL, "ci.sh": "terraform init -backend-config=env/$ENV\n" },
    ],
    [
      "variables that a computed name means",
      { "prod.tfvars": PARTIAL, "ci.sh": "terraform init -backend-config=${{ env.X }}.tfvars\n" },
    ],
    ["a partial file in JSON", { "backend.json": '{"dynamodb_table": "locks"}\n' }],
    ["a partial file with a newer argument", { "o/backend.hcl": `${PARTIAL}new_argument = 1\n` }],
    ["a hidden partial file", { "o/.prod.tfbackend": 'dynamodb_table = "locks"\n' }],
    ["a hidden backend.hcl", { "o/.backend.hcl": PARTIAL }],
    ["a partial file of any name, which no command names", { "o/prod": 'dynamodb_table = "locks"\n' }],
    ["a partial file called .txt", { "o/prod.txt": 'dynamodb_table = "locks"\n' }],
    ["a partial file in JSON of any name", { "o/prod.json": '{"bucket": "b", "dynamodb_table": "locks"}' }],
    ["a file called as a script that is a partial one", { "o/prod.env": PARTIAL }],
    ["a reader of Pulumi in YAML", { "p.yaml": "type: terraform:state\nbackendType: s3\ndynamodbTable: locks\n" }],
    ["an input with hyphens", { "ci.yml": "uses: org/terraform@v1\nwith:\n  dynamodb-table: locks\n" }],
    ["a config in TOML", { "x.toml": "[terraform.backend.s3]\ndynamodb_table = 'locks'\n" }],
    [
      "a config of a language that few know",
      { "x.pkl": 'terraform { backend { s3 { dynamodb_table = "locks" } } }\n' },
    ],
    [
      "a backend that a root encodes",
      { "g.tf": 'locals {\n  x = jsonencode({ backend = { s3 = { dynamodb_table = "locks" } } })\n}\n' },
    ],
    [
      "a backend file that a root joins",
      { "g.tf": 'locals {\n  tfbackend = join("\\n", ["dynamodb_table = \\"locks\\""])\n}\n' },
    ],
    [
      "a map of a backend that a module takes",
      { "m.tf": 'module "m" {\n  remote_state = {\n    dynamodb_table = "locks"\n  }\n}\n' },
    ],
    [
      "the default of such a map",
      { "v.tf": 'variable "remote_state" {\n  default = {\n    dynamodb_table = "locks"\n  }\n}\n' },
    ],
    ["such a map in variables", { "prod.tfvars": 'backend_config = {\n  dynamodb_table = "locks"\n}\n' }],
    ["a command in Terraform's JSON", { "x.tf.json": '{"x": "terraform init -backend-config=dynamodb_table=locks"}' }],
    [
      "a backend that Terraform's JSON writes",
      { "x.tf.json": String.raw`{"x": "backend \"s3\" {\n dynamodb_table = \"locks\"\n}"}` },
    ],
    [
      "a reader of Pulumi in Go",
      { "m.go": 'f(ctx, "x", &state.S3StateArgs{\n  DynamodbTable: pulumi.String("locks"),\n})\n' },
    ],
    [
      "an override with another backend",
      { "o/main.tf": backend(TABLE, "o"), "o/a_override.tf": 'terraform {\n  backend "local" {}\n}\n' },
    ],
    [
      "a file that .gitattributes calls generated",
      { ".gitattributes": "*.tf linguist-generated\nmain.tf -linguist-generated\n", "o/b.tf": backend(TABLE, "o") },
    ],
    ["a partial file that no parser reads", { "backend.conf": 'bucket = "b"\ndynamodb_table = "locks\n' }],
  ])("%s", async (_, fleet) => {
    expect(await left({ "main.tf": backend(FILE), ...fleet })).toEqual([]);
  });
});

describe("no file is too odd to be read for commands", () => {
  it.each([
    ...[".vscode/settings.json", "nx.json", "renovate.json5", "WORKSPACE", ".bazelrc", "meson.build", "CMakeLists.txt"],
    ...["build.sbt", "x.service", "tox.ini", "setup.cfg", "x.R", "x.c", "x.exp", ".tfwrapper", "notebook.ipynb"],
  ])("%s", async (path) => {
    const text = 'run: "terraform init -backend-config=dynamodb_table=locks"\n';
    expect(await left({ "main.tf": backend(FILE), [path]: text })).toEqual([]);
  });

  it("but a page that shows one is a hint", async () => {
    const page = "Run this:\n\n    terraform init -backend-config=dynamodb_table=locks\n";
    const names = ["README.md", "notes.txt", "LICENSE", "old.sh.bak"];
    const { hints, problems } = await scanned(Object.fromEntries(names.map((name) => [name, page])));
    expect([problems, hints?.map(({ code, path }) => `${code} ${path}`)]).toEqual([
      [],
      ["LICENSE:3", "README.md:3", "notes.txt:3", "old.sh.bak:3"].map((place) => `backend-quoted ${place}`),
    ]);
  });
});

describe("a flag that Statelock does not understand may name a table", () => {
  it.each<[string, string]>([
    ["x.py", 'run("terraform init -backend-config=" + "dynamodb_table=" + locks)'],
    ["x.py", 'run("terraform init -backend-config=" + k + "=" + locks)'],
    ["x.py", 'cmd.append("-backend-config")\ncmd.append(k + "=" + locks)'],
    ["x.go", 'fmt.Sprintf("-backend-config=%s=%s", k, v)'],
    ["x.go", 'fmt.Sprintf("-backend-config=%v", pair)'],
    ["x.go", 'exec.Command("terraform", "-backend-config", pair)'],
    ["x.rb", 'args = pairs.map { |pair| "-backend-config=#{pair}" }'],
    ["x.java", 'args.add("-backend-config=" + pair);'],
    ["x.rs", 'args.push(format!("-backend-config={}", pair));'],
    ["x.bat", "terraform init -backend-config=!PAIR!"],
    ["x.sh", "terraform init -backend-config=$'dynamodb_table=locks'"],
    ["x.sh", "terraform init -backend-config={bucket=b,dynamodb_table=locks}"],
    ["x.sh", 'terraform init $(printf -- "-backend-config=%s " $PAIRS)'],
    ["x.sh", "terraform init ${PAIRS/#/-backend-config=}"],
    ["x.sh", "terraform init $(sed 's/^/-backend-config=/' pairs)"],
    ["x.sh", "terraform init $(awk '{print \"-backend-config=\" $1}' pairs)"],
    ["x.sh", "terraform init $(jq -r 'to_entries[]|\"-backend-config=\\(.key)=\\(.value)\"' x)"],
    ["x.sh", 'terraform init \\\n  -backend-config \\\n  "$PAIR"'],
    ["x.sh", 'export TF_CLI_ARGS_init="$PAIRS"'],
    ["ci.yml", "TF_CLI_ARGS_init: ${{ vars.PAIRS }}"],
    ["ci.yml", "- terraform\n- init\n- -backend-config\n- ${{ vars.PAIR }}"],
    ["Makefile", "init:\n\tterraform init $(addprefix -backend-config=,$(PAIRS))"],
  ])("%s: %s", async (path, text) => {
    const { byHand } = await scanned({ "main.tf": backend(FILE), [path]: `${text}\n` });
    expect(byHand).not.toEqual([]);
  });

  it.each<[string, string]>([
    ["x.py", 'run("terraform init -backend-config=" + os.path.join(root, "prod.s3"))'],
    ["x.go", 'fmt.Sprintf("-backend-config=%s", backendFile)'],
    ["x.go", 'exec.Command("terraform", "-backend-config", backendFile)'],
    ["x.bat", "terraform init -backend-config=..\\env\\prod.s3"],
    ["x.sh", 'terraform init \\\n  -backend-config \\\n  "bucket=$B"'],
    ["x.sh", 'export TF_CLI_ARGS_init="$TF_CLI_ARGS_init"'],
    ["x.sh", 'terraform init -backend-config="$(pwd)/prod.s3"'],
    ["x.sh", 'echo "give a file with -backend-config"'],
  ])("but not one that names a file or a bucket: %s: %s", async (path, text) => {
    const { byHand } = await scanned({ "main.tf": backend(FILE), [path]: `${text}\n` });
    expect(byHand).toEqual([]);
  });
});

describe("a scan is not fine", () => {
  it.each<[string, Fleet]>([
    ["a cloud block in JSON beside a backend", { "x.tf.json": '{"terraform":{"cloud":{"organization":"o"}}}' }],
    ["a command that turns the lock file off", { "ci.sh": "terraform init -backend-config=use_lockfile=false\n" }],
    [
      "the same table name in two accounts",
      { "main.tf": backend(arn("111111111111")), "main.tofu": backend(arn("222222222222")) },
    ],
    [
      "a table of the region and one of another",
      { "main.tf": backend(TABLE), "main.tofu": backend(arn("1").replace("eu-west-1", "us-east-1")) },
    ],
    [
      "a table of two roles",
      {
        "main.tf": backend(`${TABLE}    assume_role = { role_arn = "arn:aws:iam::111111111111:role/x" }\n`),
        "main.tofu": backend(`${TABLE}    assume_role = { role_arn = "arn:aws:iam::222222222222:role/x" }\n`),
      },
    ],
    [
      "a root that locks in two ways, with its partial file and without",
      { "main.tf": backend(TABLE), "x.tfbackend": "use_lockfile = true\n" },
    ],
    ["a key that a client cleans", { "o/main.tf": backend(TABLE, "./k") }],
    ["a key with two slashes", { "main.tf": backend(FILE, "a/k"), "o/main.tf": backend(TABLE, "a//k") }],
    [
      "a prefix with a slash at its end",
      {
        "main.tf": backend(`${FILE}    workspace_key_prefix = "p"\n`),
        "o/main.tf": backend(`${TABLE}    workspace_key_prefix = "p/"\n`),
      },
    ],
    [
      "a program that writes a backend in JSON",
      { "gen.py": 'json.dump({"terraform": {"backend": {"s3": {"bucket": "b", "dynamodb_table": "t"}}}}, f)\n' },
    ],
    [
      "a program that assigns it",
      { "gen.js": 'doc.terraform.backend = {\n  s3: {\n    bucket: "b",\n    dynamodb_table: table,\n  },\n};\n' },
    ],
    [
      "a variable whose value is on another line",
      { "x.yaml": "kind: Terraform\nenv:\n  - name: TF_BACKEND_DYNAMODB_TABLE\n    value: t\n" },
    ],
    [
      "an argument of that kind",
      { "x.yaml": "kind: Terraform\nbackendConfig:\n  - name: dynamodb_table\n    value: t\n" },
    ],
    ["a script with a name in capitals", { "INIT.SH": "terraform init -backend-config=dynamodb_table=t\n" }],
    [
      "a computed name in a config of Terragrunt",
      {
        "a/terragrunt.hcl":
          'remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "a"\n    "${"dynamodb"}_table" = "t"\n    use_lockfile = true\n  }\n}\n',
      },
    ],
  ])("%s", async (_, fleet) => {
    expect(await isFine({ "main.tf": backend(FILE), ...fleet })).toBe(false);
  });

  it.each<[string, Fleet]>([
    [
      "a file whose name is a variable",
      { "ci.sh": 'terraform init -backend-config="$BACKEND_FILE" -backend-config=$ENV.tfbackend\n' },
    ],
    ["arguments without a lock", { "ci.sh": 'terraform init -backend-config="bucket=$B" -backend-config="key=$K"\n' }],
    ["a table of an app in a module", { "m.tf": 'module "m" {\n  dynamodb_table = "orders"\n}\n' }],
    ["a description with an example", { "v.tf": `variable "x" {\n  description = <<EOF\n${backend(TABLE)}EOF\n}\n` }],
    [
      "files in a list of another kind",
      { "x.yml": "terraform: true\nsteps:\n  - env/a.txt\n", "env/a.txt": 'bucket = "b"\nkey = "x"\n' },
    ],
    ["a plain file without an interpreter", { LICENSE: "terraform init -backend-config=dynamodb_table=locks\n" }],
    ["an app with a table of its own", { "app.go": 'DynamodbTable: "orders"\n' }],
    [
      "the same table by name and by ARN",
      { "main.tf": backend(TABLE.replace("}", "")), "main.tofu": backend(arn("1")) },
    ],
  ])("but is with %s", async (_, fleet) => {
    expect(await isFine({ "main.tf": backend(FILE), ...fleet })).toBe(true);
  });
});

it.each(["$TABLE", "$(TABLE)", "%TABLE%", "[[ table ]]"])("a root with the table %s is a template", async (table) => {
  const { templates, configurations } = await scanned({ "main.tf": backend(TABLE.replace("locks", table)) });
  expect([templates?.length, configurations]).toEqual([1, []]);
});

describe("a reader whose role is in flat arguments, which Terraform 1.11.4 and 1.15.9 refuse there too", () => {
  const reader =
    'data "terraform_remote_state" "n" {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "n"\n    role_arn = local.role\n  }\n}\n';
  const told = async (fleet: Fleet): Promise<string[]> => {
    const { problems, hints = [] } = await scanned(fleet);
    return [...problems.map(({ path }) => path), ...hints.map(({ path }) => `hint ${path}`)];
  };

  it("is a problem beside a backend, a hint without, and fine in OpenTofu", async () => {
    expect(await told({ "main.tf": backend(FILE), "n.tf": reader })).toEqual(["n.tf:6 role_arn"]);
    expect(await told({ "main.tf": backend(FILE), "m/n.tf": reader })).toEqual(["hint m/n.tf:6 role_arn"]);
    expect(await told({ "main.tf": backend(FILE), "n.tofu": reader })).toEqual([]);
  });
});
