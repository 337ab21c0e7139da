import type { Fleet } from "../support/fleet";

/** A small fleet of one form, and what is true about it. */
export interface KnownFleet {
  readonly files: Fleet;
  /** How many roots the commands move to `lockfile`. */
  readonly moves: number;
  /** True if something is left for a person at the end: no run may end with 0. */
  readonly isLeft: boolean;
  /** True if nothing needs the table at the end. @default - if nothing is left */
  readonly mayGo?: boolean;
}

const backend = (key: string, rest = ""): string =>
  `terraform {\n  backend "s3" {\n    bucket         = "b"\n    key            = "${key}"\n    region         = "r"\n    dynamodb_table = "locks"\n${rest}  }\n}\n`;
const PARTIAL = 'bucket = "b"\nkey = "k"\nregion = "r"\ndynamodb_table = "locks"\n';
const EMPTY = 'terraform {\n  backend "s3" {}\n}\n';
const CONFIG = '{\n    bucket = "b"\n    key = "${path_relative_to_include()}/k"\n    dynamodb_table = "locks"\n  }';

const UNIT = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n';

export const FLEETS: Readonly<Record<string, KnownFleet>> = {
  "plain roots": {
    files: {
      "a/main.tf": backend("a"),
      "b/main.tofu": backend("b"),
      "c/main.tf.json":
        '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "c", "region": "r", "dynamodb_table": "locks"}}}}',
    },
    moves: 3,
    isLeft: false,
  },
  "roots with their own prefixes": {
    files: {
      "a/main.tf": backend("k", '    workspace_key_prefix = "a"\n'),
      "b/main.tf": backend("k", '    workspace_key_prefix = "b"\n'),
    },
    moves: 2,
    isLeft: false,
  },
  "partial files of any name": {
    files: { "a/main.tf": EMPTY, "a/backend.hcl": PARTIAL },
    moves: 1,
    isLeft: false,
  },
  "one folder of backend files, which a pipeline gives every root": {
    files: {
      "roots/a/main.tf": 'terraform {\n  backend "s3" {\n    key = "a"\n  }\n}\n',
      "roots/b/main.tf": 'terraform {\n  backend "s3" {\n    key = "b"\n  }\n}\n',
      "backends/dev.hcl": 'bucket = "dev"\nregion = "r"\ndynamodb_table = "locks"\n',
      "backends/prod.hcl": 'bucket = "prod"\nregion = "r"\ndynamodb_table = "locks"\n',
      "ci.yml": "- run: terraform -chdir=roots/$ROOT init -backend-config=../../backends/$ENV.hcl\n",
    },
    moves: 2,
    isLeft: false,
  },
  "a root beside a template": {
    files: {
      "a/main.tf": backend("a"),
      "new/backend.tf.tmpl": backend("{{ key }}"),
      "ci.sh": "terraform plan -lock=false\n",
    },
    moves: 1,
    isLeft: false,
  },
  "an override": {
    files: {
      "a/main.tf":
        'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "old"\n    region = "r"\n    dynamodb_table = "locks"\n  }\n}\n',
      "a/prod_override.tf": backend("a"),
    },
    moves: 1,
    isLeft: false,
    // The block that the override replaces still names it.
    mayGo: false,
  },
  "odd names, Windows line ends, no line end": {
    files: {
      "my roots/größe/main.tf": backend("a").replaceAll("\n", "\r\n"),
      "my roots/日本 & co/main.tf": backend("b").trimEnd(),
      "my roots/日本 & co/x.tf.json": '{"locals": {"x": 1}}',
      "my roots/json/main.tf.json":
        '{"terraform": {"backend": {"s3": {\r\n"bucket": "b", "key": "c", "region": "r",\r\n"dynamodb_table": "locks"}}}}',
      "my roots/part/main.tf": EMPTY.replaceAll("\n", "\r\n"),
      "my roots/part/x y.tfbackend": PARTIAL.trimEnd().replaceAll("\n", "\r\n"),
    },
    moves: 4,
    isLeft: false,
  },
  "a reader": {
    files: {
      "a/main.tf": backend("a"),
      "r/main.tf":
        'data "terraform_remote_state" "n" {\n  backend = "s3"\n  config = {\n    bucket         = "b"\n    key            = "a"\n    dynamodb_table = "locks"\n  }\n}\n',
    },
    moves: 2,
    isLeft: false,
  },
  "a number with an exponent": {
    files: { "a/main.tf": `locals {\n  x = 1e5\n}\n${backend("a")}` },
    moves: 1,
    isLeft: false,
  },
  "Terragrunt, literal": {
    files: {
      "live/root.hcl": `remote_state {\n  backend = "s3"\n  config = ${CONFIG}\n}\n`,
      "live/a/terragrunt.hcl": UNIT,
      "live/b/terragrunt.hcl": UNIT,
    },
    moves: 2,
    isLeft: false,
  },
  "Terragrunt, generate": {
    files: { "root.hcl": `generate "backend" {\n  path = "backend.tf"\n  contents = <<EOF\n${backend("k")}EOF\n}\n` },
    moves: 1,
    isLeft: false,
  },
  "Terragrunt, computed, beside a root": {
    files: { "root.hcl": "remote_state = local.common.remote_state\n", "a/main.tf": backend("a") },
    moves: 0,
    isLeft: true,
  },
  "Terragrunt, stack": {
    files: { "terragrunt.stack.hcl": 'unit "a" {\n  values = {\n    dynamodb_table = "locks"\n  }\n}\n' },
    moves: 0,
    isLeft: true,
  },
  "a generated file": {
    files: { "a/backend.tf": `// TERRAMATE: GENERATED AUTOMATICALLY DO NOT EDIT\n${backend("a")}` },
    moves: 0,
    isLeft: true,
  },
  "a pipeline with flags": {
    files: { "a/main.tf": EMPTY, "ci.yml": "- run: terraform -chdir=a init -backend-config=dynamodb_table=$T\n" },
    moves: 0,
    isLeft: true,
  },
  "a pipeline over a complete root": {
    files: { "a/main.tf": backend("a"), "ci.sh": 'cd a\nterraform init -backend-config="dynamodb_table=$STAGE"\n' },
    moves: 0,
    isLeft: true,
  },
  "a scratch override": {
    files: {
      "a/main.tf": backend("a"),
      "a/localstack_providers_override.tf":
        'terraform {\n  backend "s3" {\n    bucket = "x"\n    key = "x"\n    endpoint = "http://localhost:4566"\n  }\n}\n',
    },
    moves: 1,
    isLeft: true,
    mayGo: true,
  },
  "flat arguments of a role": { files: { "a/main.tf": backend("a", '    role_arn = "r"\n') }, moves: 0, isLeft: true },
  "a computed reader": {
    files: {
      "a/main.tf": backend("a"),
      "r/main.tf": 'data "terraform_remote_state" "n" {\n  backend = "s3"\n  config = local.c\n}\n',
    },
    moves: 0,
    isLeft: true,
  },
  "no lock at all": {
    files: { "a/main.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "a"\n  }\n}\n' },
    moves: 0,
    isLeft: true,
    mayGo: true,
  },
  "two files with two lockings": {
    files: {
      "a/main.tf": backend("a"),
      "a/main.tofu": backend("a").replace('dynamodb_table = "locks"', "use_lockfile   = true"),
    },
    moves: 1,
    isLeft: false,
  },
};
