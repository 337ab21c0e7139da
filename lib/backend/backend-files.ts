import { backendArguments, type ArgumentValue } from "./backend-arguments";
import { REQUIRED_TERRAFORM, type BackendSettings } from "./backend-settings";

/** One file that a plain Terraform root can use; all of a consumer's files mean the same. */
export interface BackendFile {
  readonly name: string;
  readonly content: string;
}

/** `backend.tf`: a whole `terraform` block, to be put into the root. */
export function backendHcl(settings: BackendSettings): BackendFile {
  const content = [
    "terraform {",
    `  required_version = ${hclString(REQUIRED_TERRAFORM)}`,
    "",
    '  backend "s3" {',
    ...hclArguments(backendArguments(settings), "    "),
    "  }",
    "}",
    "",
  ].join("\n");
  return { name: "backend.tf", content };
}

/** `backend.tf.json`: the same in JSON syntax. */
export function backendJson(settings: BackendSettings): BackendFile {
  const block = { terraform: { required_version: REQUIRED_TERRAFORM, backend: { s3: backendArguments(settings) } } };
  return { name: "backend.tf.json", content: `${JSON.stringify(block, null, 2)}\n` };
}

/**
 * `<consumer>.s3.tfbackend`: the arguments alone, for a root that holds an empty `backend "s3" {}`.
 * Source: https://developer.hashicorp.com/terraform/language/backend#partial-configuration
 */
export function partialConfiguration(consumer: string, settings: BackendSettings): BackendFile {
  const content = [...hclArguments(backendArguments(settings), ""), ""].join("\n");
  return { name: `${consumer}.s3.tfbackend`, content };
}

/** Arguments as `terraform fmt` lays them out: equal signs in a column, but for an object's. */
function hclArguments(values: Readonly<Record<string, ArgumentValue>>, indent: string): string[] {
  const entries = Object.entries(values);
  const width = Math.max(...entries.filter(([, value]) => typeof value !== "object").map(([name]) => name.length));
  return entries.flatMap(([name, value]) => {
    if (typeof value !== "object") return [`${indent}${name.padEnd(width)} = ${hclValue(value)}`];
    return [`${indent}${name} = {`, ...hclArguments(value, `${indent}  `), `${indent}}`];
  });
}

function hclValue(value: string | boolean): string {
  return typeof value === "string" ? hclString(value) : String(value);
}

/** Escapes that JSON has and HCL does not. */
const HCL_LACKS: Readonly<Record<string, string>> = { b: "\\u0008", f: "\\u000c" };

/** A quoted HCL string without templates. Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences */
export function hclString(text: string): string {
  return JSON.stringify(text)
    .replace(/\\(.)/g, (escape, letter: string) => HCL_LACKS[letter] ?? escape)
    .replace(/([$%])\{/g, "$1$1{");
}
