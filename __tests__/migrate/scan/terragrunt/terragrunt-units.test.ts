import { settingOf } from "../../../../lib/migrate/scan/configuration/configuration";
import { scanned, type Fleet } from "../../../support/fleet";

const STATE = (key: string, rest = ""): string =>
  `remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = ${key}\n${rest}    dynamodb_table = "t"\n  }\n}\n`;
const INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';
const OWN_KEY = '"${path_relative_to_include()}/k"';

/** `root: phase key region` of each unit. */
async function units(fleet: Fleet): Promise<string[]> {
  const { configurations } = await scanned(fleet);
  return configurations.map((each) => {
    const text = (setting: ReturnType<typeof settingOf>): string =>
      setting === undefined ? "-" : "value" in setting ? setting.value : "computed";
    return `${each.root}: ${each.phase} ${text(each.key)} ${text(settingOf(each, "region"))}`;
  });
}

/** What Terragrunt 1.1.3 renders for the same files (`terragrunt render --json`, `terragrunt stack generate`). */
it.each<[string, Fleet, readonly string[]]>([
  [
    "account.hcl and region.hcl",
    {
      "live/root.hcl": `locals {\n  region_vars = read_terragrunt_config(find_in_parent_folders("region.hcl"))\n}\n${STATE(OWN_KEY, "    region = local.region_vars.locals.aws_region\n")}`,
      "live/prod/eu/region.hcl": 'locals {\n  aws_region = "eu-west-1"\n}\n',
      "live/prod/eu/a/terragrunt.hcl": INCLUDE,
    },
    ["live/prod/eu/a: dynamodb prod/eu/a/k eu-west-1"],
  ],
  [
    "its own remote_state, which wins; the block that serves nobody stays listed",
    {
      "live/root.hcl": `locals {\n  region = "r"\n}\n${STATE(OWN_KEY)}`,
      "live/_envcommon/b.hcl": "terraform {\n}\n",
      "live/prod/b/terragrunt.hcl": `include "root" {\n  path   = find_in_parent_folders("root.hcl")\n  expose = true\n}\ninclude "env" {\n  path = "\${dirname(find_in_parent_folders("root.hcl"))}/_envcommon/b.hcl"\n}\nremote_state {\n  backend = "s3"\n  config = merge({ bucket = "b", region = include.root.locals.region }, { key = "\${basename(get_terragrunt_dir())}/\${path_relative_to_include("root")}/\${path_relative_from_include("env")}", dynamodb_table = "t" })\n}\n`,
    },
    ["live: dynamodb computed -", "live/prod/b: dynamodb b/prod/b/../../_envcommon r"],
  ],
  [
    "a stack in a stack, whose sources count from the generated folder",
    {
      "root.hcl": STATE(OWN_KEY),
      "live/dev/terragrunt.stack.hcl":
        'unit "vpc" {\n  source = "../../units/vpc"\n  path = "vpc"\n}\nstack "s" {\n  source = "../../stacks/s"\n  path = "s"\n}\n',
      "stacks/s/terragrunt.stack.hcl":
        'unit "in" {\n  source = "${get_repo_root()}/units/vpc"\n  path = "in"\n}\nunit "gone" {\n  source = "../../units/vpc"\n  path = "gone"\n}\n',
      "units/vpc/terragrunt.hcl": INCLUDE,
    },
    [
      "live/dev/.terragrunt-stack/s/.terragrunt-stack/gone: unknown - -",
      "live/dev/.terragrunt-stack/s/.terragrunt-stack/in: dynamodb live/dev/.terragrunt-stack/s/.terragrunt-stack/in/k -",
      "live/dev/.terragrunt-stack/vpc: dynamodb live/dev/.terragrunt-stack/vpc/k -",
    ],
  ],
  [
    "a stack without the folder of stacks, and values",
    {
      "live/terragrunt.stack.hcl":
        'unit "a" {\n  source = "../units/a"\n  path = "a"\n  no_dot_terragrunt_stack = true\n  values = {\n    name = "x"\n  }\n}\n',
      "units/a/terragrunt.hcl": STATE('"${values.name}/k"'),
    },
    ["live/a: dynamodb x/k -"],
  ],
  [
    "a unit of a backend that is not S3",
    {
      "root.hcl": STATE(OWN_KEY),
      "a/terragrunt.hcl": `${INCLUDE}remote_state {\n  backend = "local"\n  config = {}\n}\n`,
      "b/terragrunt.hcl": INCLUDE,
    },
    ["b: dynamodb b/k -"],
  ],
  [
    "an include that merges nothing",
    {
      "root.hcl": STATE(OWN_KEY),
      "a/terragrunt.hcl": INCLUDE.replace("}", '  merge_strategy = "no_merge"\n}'),
      "b/terragrunt.hcl": INCLUDE.replace("}", '  merge_strategy = "deep"\n}'),
    },
    ["b: dynamodb b/k -"],
  ],
  [
    "the last of two includes",
    {
      "one.hcl": STATE('"one"'),
      "two.hcl": STATE('"two"'),
      "a/terragrunt.hcl": 'include "one" {\n  path = "../one.hcl"\n}\ninclude "two" {\n  path = "../two.hcl"\n}\n',
    },
    ["a: dynamodb two -", ".: dynamodb one -"].sort(),
  ],
  [
    "the old layout: a terragrunt.hcl at the top that units include",
    { "terragrunt.hcl": STATE(OWN_KEY), "a/terragrunt.hcl": "include {\n  path = find_in_parent_folders()\n}\n" },
    ["a: dynamodb a/k -"],
  ],
  [
    "a repository's top",
    {
      "root.hcl": STATE(OWN_KEY),
      "x/a/terragrunt.hcl": 'include "root" {\n  path = "${get_repo_root()}/root.hcl"\n}\n',
    },
    ["x/a: dynamodb x/a/k -"],
  ],
  [
    "a unit and the module beside it, and the module that it runs",
    {
      "root.hcl": STATE(OWN_KEY),
      "a/terragrunt.hcl": INCLUDE,
      "a/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
      "b/terragrunt.hcl": `${INCLUDE}terraform {\n  source = "../modules//m?ref=1"\n}\n`,
      "modules/m/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
    },
    ["a: dynamodb a/k -", "b: dynamodb b/k -"],
  ],
  [
    "templates, conditions and functions",
    {
      "root.hcl": `locals {\n  parts = split("/", path_relative_to_include())\n  env = local.parts[0] == "prd" ? "prod" : local.parts[0]\n}\n${STATE('format("%s/%s.tfstate", upper(local.env), lookup({ a = "n" }, "a", "z"))')}`,
      "prd/a/terragrunt.hcl": INCLUDE,
    },
    ["prd/a: dynamodb PROD/n.tfstate -"],
  ],
])("units with %s", async (_, fleet, expected) => {
  expect(await units(fleet)).toEqual(expected);
});

it.each<[string, Fleet, string]>([
  ["an include outside of the folders", { "a/terragrunt.hcl": INCLUDE }, "a/terragrunt.hcl:1"],
  ["a unit that no parser reads", { "a/terragrunt.hcl": 'terraform {\n  source = "\n' }, "a/terragrunt.hcl:1"],
  [
    "an included file that no parser reads",
    { "a/terragrunt.hcl": 'include "x" {\n  path = "../x.hcl"\n}\n', "x.hcl": "locals {" },
    "a/terragrunt.hcl:1",
  ],
  [
    "a unit of a stack from elsewhere",
    { "terragrunt.stack.hcl": '\nunit "a" {\n  source = "git::https://x//y"\n  path = "a"\n}\n' },
    "terragrunt.stack.hcl:2",
  ],
  [
    "a config that a command makes",
    {
      "a/terragrunt.hcl": 'terraform {}\nremote_state {\n  backend = "s3"\n  config = jsondecode(run_cmd("./x"))\n}\n',
    },
    "a/terragrunt.hcl:2",
  ],
  [
    "a config that makes itself",
    { "a/terragrunt.hcl": "locals {\n  c = local.c\n}\nterraform {}\nremote_state = local.c\n" },
    "a/terragrunt.hcl:5",
  ],
])("%s is unknown, with its place", async (_, fleet, place) => {
  const { configurations } = await scanned(fleet);
  expect(configurations.map(({ phase, file, line }) => `${phase} ${file.path}:${String(line)}`)).toEqual([
    `unknown ${place}`,
  ]);
});

it("a config that is put together is changed by hand, at the part with the table", async () => {
  const { configurations } = await scanned({
    "common.hcl": 'locals {\n  x = 1\n  backend = {\n    bucket = "b"\n    dynamodb_table = "t"\n  }\n}\n',
    "a/terragrunt.hcl":
      'locals {\n  common = read_terragrunt_config(find_in_parent_folders("common.hcl"))\n}\nterraform {}\nremote_state {\n  backend = "s3"\n  config = merge(local.common.locals.backend, { key = "a" })\n}\n',
  });
  expect(configurations.map(({ root, file, line, next }) => [root, `${file.path}:${String(line)}`, next])).toEqual([
    ["a", "common.hcl:3", "add use_lockfile = true where its value comes from, by hand (serves 1 unit)"],
  ]);
});
