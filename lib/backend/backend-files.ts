import { backendArguments, type ArgumentValue } from "./backend-arguments";
import { requiredVersion } from "../engine/floors";
import type { BackendSettings } from "./backend-settings";

/**
 * A file that a Terraform root can use. All files of a consumer configure the same backend.
 * @example
 * const { name, content }: BackendFile = backendHcl(settings);
 */
export interface BackendFile {
  readonly name: string;
  readonly content: string;
}

/**
 * Returns `backend.tf`: a whole `terraform` block. Copy it into the root.
 * @param required the `required_version`
 * @example
 * const { name, content } = backendHcl(consumerBackend(home, consumer));
 */
export function backendHcl(settings: BackendSettings, required = requiredVersion()): BackendFile {
  const content = [
    "terraform {",
    `  required_version = ${hclString(required)}`,
    "",
    '  backend "s3" {',
    ...hclArguments(backendArguments(settings), "    "),
    "  }",
    "}",
    "",
  ].join("\n");
  return { name: "backend.tf", content };
}

/**
 * Returns `backend.tf.json`: the same block in JSON syntax.
 * @example
 * const { name, content } = backendJson(consumerBackend(home, consumer));
 */
export function backendJson(settings: BackendSettings, required = requiredVersion()): BackendFile {
  const block = { terraform: { required_version: required, backend: { s3: backendArguments(settings) } } };
  return { name: "backend.tf.json", content: `${JSON.stringify(block, null, 2)}\n` };
}

/**
 * Returns `<consumer>.s3.tfbackend`: only the arguments, for a root with an empty `backend "s3" {}`.
 * Source: https://developer.hashicorp.com/terraform/language/backend#partial-configuration
 * @example
 * const { name, content } = partialConfiguration(consumer.name, consumerBackend(home, consumer));
 */
export function partialConfiguration(consumer: string, settings: BackendSettings): BackendFile {
  const content = [...hclArguments(backendArguments(settings), ""), ""].join("\n");
  return { name: `${consumer}.s3.tfbackend`, content };
}

/** Returns arguments as `terraform fmt` aligns them: equal signs in one column, except for objects. */
function hclArguments(values: Readonly<Record<string, ArgumentValue>>, indent: string): string[] {
  const entries = Object.entries(values).map(([name, value]) => [hclName(name), value] as const);
  const width = Math.max(...entries.filter(([, value]) => typeof value !== "object").map(([name]) => name.length));
  return entries.flatMap(([name, value]) => {
    if (typeof value !== "object") return [`${indent}${name.padEnd(width)} = ${hclValue(value)}`];
    return [`${indent}${name} = {`, ...hclArguments(value, `${indent}  `), `${indent}}`];
  });
}

/** Returns the name of an argument, or the key of a map, in quotes if it is not an identifier. */
function hclName(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? name : hclString(name);
}

function hclValue(value: string | boolean): string {
  return typeof value === "string" ? hclString(value) : String(value);
}

/** Replacements for escapes that JSON has and HCL does not. */
const HCL_LACKS: Readonly<Record<string, string>> = { b: "\\u0008", f: "\\u000c" };

/** Returns a quoted HCL string without templates. Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences */
function hclString(text: string): string {
  return JSON.stringify(text)
    .replace(/\\(.)/g, (escape, letter: string) => HCL_LACKS[letter] ?? escape)
    .replace(/([$%])\{/g, "$1$1{");
}
