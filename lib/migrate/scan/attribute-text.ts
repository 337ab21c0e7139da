import type { Attribute } from "../../hcl/syntax";

/** Returns the literal text of an attribute; undefined if it is absent or anything else. */
export function attributeText(attributes: readonly Attribute[], name: string): string | undefined {
  const value = attributes.find((attribute) => attribute.name === name)?.value;
  return value?.kind === "literal" && typeof value.literal === "string" ? value.literal : undefined;
}
