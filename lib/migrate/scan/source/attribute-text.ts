import type { Attribute } from "../../../hcl/syntax";
import type { WrittenVersion } from "./site";

/** Returns the literal text of an attribute; undefined if it is absent or anything else. */
export function attributeText(attributes: readonly Attribute[], name: string): string | undefined {
  const value = attributes.find((attribute) => attribute.name === name)?.value;
  return value?.kind === "literal" && typeof value.literal === "string" ? value.literal : undefined;
}

/** Returns the version constraint in an attribute, or nothing if it is absent or not literal. */
export function writtenVersion(attributes: readonly Attribute[], name: string): WrittenVersion[] {
  const text = attributeText(attributes, name);
  const line = attributes.find((attribute) => attribute.name === name)?.line ?? 1;
  return text === undefined ? [] : [{ text, line }];
}
