import type { Fleet } from "../support/fleet";

const STATE = (key: string, rest = ""): string =>
  `remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = ${key}\n${rest}    dynamodb_table = "t"\n  }\n}\n`;
const INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';
const OWN_KEY = '"${path_relative_to_include()}/k"';

/**
 * Files of Terragrunt, and `root: phase key region` of each unit that it makes of them; `computed` for a value that only a run
 * knows. A block that serves no unit is named after its folder. The end-to-end test of Terragrunt renders the same files.
 */
export const TERRAGRUNT_UNITS: readonly (readonly [string, Fleet, readonly string[]])[] = [
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
  [
    "values that stacks hand down",
    {
      "root.hcl": STATE(OWN_KEY),
      "live/terragrunt.stack.hcl":
        'locals {\n  p = "p"\n}\nunit "a" {\n  source = "../units/a"\n  path = "deep/${local.p}"\n  values = {\n    name = "${local.p}-x"\n  }\n}\nstack "s" {\n  source = "../stacks/s"\n  path = "s"\n  values = {\n    env = "E"\n  }\n}\n',
      "stacks/s/terragrunt.stack.hcl":
        'unit "b" {\n  source = "${get_repo_root()}/units/a"\n  path = "${values.env}-b"\n  values = {\n    name = values.env\n  }\n}\n',
      "units/a/terragrunt.hcl": `${INCLUDE}${STATE('"${values.name}/${path_relative_to_include()}"')}`,
      "units/a/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
    },
    [
      ".: dynamodb computed -",
      "live/.terragrunt-stack/deep/p: dynamodb p-x/live/.terragrunt-stack/deep/p -",
      "live/.terragrunt-stack/s/.terragrunt-stack/E-b: dynamodb E/live/.terragrunt-stack/s/.terragrunt-stack/E-b -",
    ],
  ],
  [
    "a remote_state of its own beside a deep include, of which nothing is merged",
    {
      "root.hcl": STATE(OWN_KEY),
      "a/terragrunt.hcl": `${INCLUDE.replace("}", '  merge_strategy = "deep"\n}')}remote_state {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "own"\n    region = "x"\n    use_lockfile = true\n  }\n}\n`,
      "b/terragrunt.hcl": INCLUDE,
    },
    ["a: lockfile own x", "b: dynamodb b/k -"],
  ],
  [
    "two includes, of which one is exposed",
    {
      "root.hcl": STATE(OWN_KEY),
      "env.hcl": 'locals {\n  region = "er"\n}\n',
      "a/terragrunt.hcl": `${INCLUDE}include "env" {\n  path = "../env.hcl"\n  expose = true\n}\n${STATE('"${path_relative_to_include("root")}/${include.env.locals.region}"', "    region = include.env.locals.region\n")}`,
      "b/terragrunt.hcl": INCLUDE,
    },
    ["a: dynamodb a/er er", "b: dynamodb b/k -"],
  ],
  [
    "a file of the unit that is read, with a fallback",
    {
      "root.hcl": `locals {\n  env = read_terragrunt_config("\${get_terragrunt_dir()}/env.hcl", { locals = { name = "fallback" } })\n}\n${STATE('"${local.env.locals.name}/k"')}`,
      "a/env.hcl": 'locals {\n  name = "real"\n}\n',
      "a/terragrunt.hcl": INCLUDE,
      "b/terragrunt.hcl": INCLUDE,
    },
    ["a: dynamodb real/k -", "b: dynamodb computed -"],
  ],
  [
    "values that only a run knows",
    {
      "env/terragrunt.hcl": `terraform {}\n${STATE('"${get_env("STATELOCK_NOT_SET", "d")}/k"')}`,
      "feature/terragrunt.hcl": `terraform {}\nfeature "f" {\n  default = "f"\n}\n${STATE('"${feature.f.value}/k"')}`,
      "exclude/terragrunt.hcl": `exclude {\n  if      = true\n  actions = ["all"]\n}\nterraform {}\n${STATE('"e"')}`,
    },
    ["env: dynamodb computed -", "exclude: dynamodb e -", "feature: dynamodb computed -"],
  ],
];
