import { earlyValue, type EarlyValue } from "../../../../lib/migrate/scan/expression/early-values";
import { assignedIn, rootVariables } from "../../../../lib/migrate/scan/expression/root-variables";
import type { Written } from "../../../../lib/migrate/scan/expression/expression-tokens";
import { SyntaxProblem } from "../../../../lib/hcl/syntax";
import { parsers } from "../../../support/fleet";

type Texts = Readonly<Record<string, string>>;

/** Every name of a row says what OpenTofu 1.12.6 did with these files and `backend "local" { path = … }`. */
const MAIN = `variable "env" { default = "dflt" }
variable "n" {
  type    = number
  default = "05"
}
variable "b" {
  type    = bool
  default = true
}
variable "o" { default = { k = "v" } }
variable "none" {}
locals {
  p      = "\${var.env}-\${var.n}-\${var.b}-\${var.o.k}"
  fixed  = "x/\${local.last}"
  last   = lower("Y")
  circle = "\${local.circle}"
}
`;

async function value(
  expression: string,
  files: Texts = {},
  { variables = {}, file, environment = {} }: { variables?: Texts; file?: string; environment?: Texts } = {},
): Promise<EarlyValue> {
  const { positions } = await parsers();
  const root = rootVariables(new Map(Object.entries({ "main.tf": MAIN, ...files })), positions);
  const named = file === undefined ? new Map<string, never>() : assignedIn("f.tfvars", file, positions);
  if (named instanceof SyntaxProblem) throw new Error(named.message);
  return earlyValue(expression, root, {
    variables: new Map<string, string | Written>([...named, ...Object.entries(variables)]),
    environment,
  });
}

it.each<[string, string, string, Texts?, Parameters<typeof value>[2]?]>([
  ["defaults, converted to their types", "local.p", "dflt-5-true-v"],
  ["the environment over a default", "var.env", "shell", {}, { environment: { TF_VAR_env: "shell" } }],
  [
    "terraform.tfvars over the environment",
    "var.env",
    "file",
    { "terraform.tfvars": 'env = "file"' },
    { environment: { TF_VAR_env: "shell" } },
  ],
  [
    "terraform.tfvars.json over terraform.tfvars",
    "var.env",
    "json",
    { "terraform.tfvars": 'env = "file"', "terraform.tfvars.json": '{"env": "json"}' },
  ],
  [
    "the last *.auto.tfvars by name",
    "var.env",
    "b",
    { "b.auto.tfvars.json": '{"env": "b"}', "aa.auto.tfvars": 'env = "aa"', "a.auto.tfvars": 'env = "a"' },
  ],
  ["no other file of variables", "var.env", "dflt", { "prod.tfvars": 'env = "prod"' }],
  [
    "the caller over every file",
    "var.env",
    "cli",
    { "a.auto.tfvars": 'env = "a"' },
    { variables: { env: "cli" }, file: 'env = "f"' },
  ],
  ["a number of the caller as a number", "var.n", "1.5", {}, { variables: { n: "1.50" } }],
  ["an object in a file of the caller", "var.o.k", "w", {}, { file: 'o = { k = "w" }' }],
  [
    "what an override file replaces",
    "local.p",
    "over-9",
    { "override.tf": 'variable "n" { default = 9 }\nlocals { p = "over-${var.n}" }\n' },
  ],
  [
    "the .tofu file in place of the .tf file of its name",
    "var.env",
    "tofu",
    { "main.tofu": 'variable "env" { default = "tofu" }' },
  ],
  [
    "JSON",
    "local.q",
    "z!",
    { "more.tofu.json": '{"variable": {"z": {"default": "z"}}, "locals": {"q": "${var.z}!"}}' },
  ],
  ["functions, and templates", '"tofu-${lower("AB")}-${format("%s", var.env)}"', "tofu-ab-dflt"],
])("OpenTofu reads %s", async (_what, expression, expected, files = {}, given = {}) => {
  expect((await value(expression, files, given)).value).toBe(expected);
});

it.each<[string, string, Texts?, Parameters<typeof value>[2]?]>([
  ["var.none", "var.none"],
  ["var.undeclared", '"${var.env}/${var.undeclared}"'],
  ["local.circle", "local.circle"],
  ["local.absent", "local.absent"],
  ["terraform.workspace", '"${terraform.workspace}/k"'],
  ["path.module", "path.module"],
  ["file()", 'file("key")'],
  ["data.aws_region", "data.aws_region.current.name"],
  ["var.o", '"${var.o}"', { "terraform.tfvars": "o = null" }],
  ["var.n", "var.n", {}, { variables: { n: "many" } }],
])("Statelock does not know %s", async (lacks, expression, files = {}, given = {}) => {
  expect(await value(expression, files, given)).toMatchObject({ value: undefined, lacks });
});

it.each<[EarlyValue["by"], string, Texts?]>([
  ["literals", "local.fixed"],
  ["caller", '"${local.fixed}/${var.env}"', { env: "a" }],
  ["usual", "var.env"],
  ["usual", '"${var.env}/${var.n}"', { env: "a" }],
])("%s decide(s) %s", async (by, expression, variables = {}) => {
  expect((await value(expression, {}, { variables })).by).toBe(by);
});

it("locals that double each other are computed once", async () => {
  const doubling = Array.from({ length: 50 }, (_, n) => `a${String(n)} = "\${local.a${String(n + 1)}}\${local.b}"`);
  const files = { "l.tf": `locals {\n${doubling.join("\n")}\na50 = ""\nb = ""\n}\n` };
  expect((await value('"${local.a0}${local.a0}"', files)).value).toBe("");
});
