import type { KnownFleet } from "./fleets";

const INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';
const state = (table: string, form = "remote_state {"): string =>
  `${form}\n  backend = "s3"\n  config = {\n    bucket         = "b"\n    key            = "\${path_relative_to_include()}/k"\n    region         = "r"\n    dynamodb_table = ${table}\n  }\n}\n`;
const READ = (name: string, file: string): string =>
  `locals {\n  ${name} = read_terragrunt_config(find_in_parent_folders("${file}"))\n}\n`;

/** Small fleets of Terragrunt's forms, and what is true about them. */
export const TERRAGRUNT_FLEETS: Readonly<Record<string, KnownFleet>> = {
  "Terragrunt, root.hcl, _envcommon and dependencies": {
    files: {
      "live/root.hcl": state('"locks"'),
      "live/_envcommon/app.hcl": `locals {\n  x = 1\n}\nterraform {\n  source = "\${dirname(find_in_parent_folders("root.hcl"))}/../modules//app"\n}\ndependency "net" {\n  config_path = "../net"\n}\n`,
      "live/prod/app/terragrunt.hcl": `${INCLUDE}include "common" {\n  path           = "\${dirname(find_in_parent_folders("root.hcl"))}/_envcommon/app.hcl"\n  merge_strategy = "deep"\n  expose         = true\n}\n`,
      "live/prod/net/terragrunt.hcl": `${INCLUDE}dependencies {\n  paths = []\n}\n`,
      "modules/app/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
    },
    moves: 2,
    isLeft: false,
  },
  "Terragrunt, account.hcl and region.hcl": {
    files: {
      "root.hcl": `${READ("account", "account.hcl")}${state("local.account.locals.table")}`,
      "a/account.hcl": 'locals {\n  table = "locks"\n}\n',
      "a/x/terragrunt.hcl": INCLUDE,
      "a/y/terragrunt.hcl": INCLUDE,
    },
    moves: 2,
    isLeft: false,
    // The local still names it.
    mayGo: false,
  },
  "Terragrunt, an attribute": {
    files: { "root.hcl": state('"locks"', "remote_state = {"), "a/terragrunt.hcl": INCLUDE },
    moves: 1,
    isLeft: false,
  },
  "Terragrunt, a remote_state that another file holds": {
    files: {
      "common.hcl": `locals {\n${state('"locks"', "  remote_state = {")}}\n`.replace(
        "path_relative_to_include()",
        "basename(get_terragrunt_dir())",
      ),
      "a/terragrunt.hcl": `${READ("common", "common.hcl")}terraform {}\nremote_state = local.common.locals.remote_state\n`,
    },
    moves: 1,
    isLeft: false,
  },
  "Terragrunt, a config that is merged": {
    files: {
      "root.hcl": `remote_state {\n  backend = "s3"\n  config = merge({ bucket = "b", dynamodb_table = "locks" }, { key = "\${path_relative_to_include()}/k" })\n}\n`,
      "a/terragrunt.hcl": INCLUDE,
    },
    moves: 0,
    isLeft: true,
  },
  "Terragrunt, a table of units that were not scanned": {
    files: {
      "root.hcl": state('basename(get_terragrunt_dir()) == "prod" ? "locks" : "others"'),
      "test/terragrunt.hcl": INCLUDE,
    },
    moves: 1,
    isLeft: false,
  },
  "Terragrunt, a unit with its own backend": {
    files: {
      "root.hcl": state('"locks"'),
      "a/terragrunt.hcl": INCLUDE,
      "b/terragrunt.hcl": `${INCLUDE}${state('"locks"').replace("path_relative_to_include()", 'basename("x/own")')}`,
    },
    moves: 2,
    isLeft: false,
  },
  "Terragrunt, stacks in stacks": {
    files: {
      "root.hcl": state('"locks"'),
      "live/terragrunt.stack.hcl":
        'unit "a" {\n  source = "../units/a"\n  path = "a"\n}\nstack "s" {\n  source = "../stacks/s"\n  path = "s"\n}\n',
      "stacks/s/terragrunt.stack.hcl": 'unit "b" {\n  source = "${get_repo_root()}/units/a"\n  path = "b"\n}\n',
      "units/a/terragrunt.hcl": INCLUDE,
    },
    moves: 2,
    isLeft: false,
  },
  "Terragrunt, a stack from elsewhere": {
    files: {
      "root.hcl": state('"locks"'),
      "terragrunt.stack.hcl": 'unit "a" {\n  source = "git::https://example.com/x.git//a"\n  path = "a"\n}\n',
    },
    moves: 0,
    isLeft: true,
  },
  "Terragrunt, an include from elsewhere": {
    files: { "a/main.tf": "", "a/terragrunt.hcl": INCLUDE },
    moves: 0,
    isLeft: true,
  },
  "Terragrunt, an old terraform.tfvars": {
    files: {
      "terraform.tfvars":
        'terragrunt = {\n  remote_state {\n    backend = "s3"\n    config {\n      bucket = "b"\n      key = "k"\n      lock_table = "locks"\n    }\n  }\n}\n',
    },
    moves: 0,
    isLeft: true,
  },
  "Terragrunt, in JSON": {
    files: {
      "root.hcl.json":
        '{"remote_state": {"backend": "s3", "config": {"bucket": "b", "key": "k", "dynamodb_table": "locks"}}}\n',
      "a/terragrunt.hcl": INCLUDE.replace("root.hcl", "root.hcl.json"),
    },
    moves: 0,
    isLeft: true,
  },
  "Terragrunt, a table in the arguments of init": {
    files: {
      "root.hcl": state('"locks"'),
      "a/terragrunt.hcl": `${INCLUDE}terraform {\n  extra_arguments "init" {\n    commands  = ["init"]\n    arguments = ["-backend-config=dynamodb_table=locks"]\n  }\n}\n`,
    },
    moves: 0,
    isLeft: true,
  },
};
