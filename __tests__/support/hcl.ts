import { parse } from "@cdktf/hcl2json";

/** HCL as the parser of Terraform reads it. hcl2json writes text in Terraform's JSON syntax, so templates stay escaped. */
export async function parseHcl(content: string): Promise<unknown> {
  const parsed: unknown = await parse("test.tf", content);
  return unescaped(parsed);
}

function unescaped(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/([$%])\1\{/g, "$1{");
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unescaped(inner)]));
}
