import { visit } from "jsonc-parser";
import { parseJson } from "../text/parse-json";

/**
 * Returns the members of a JSON object in the order of the text, repeated ones too; the value of a nested object or array
 * is an empty one. `null` has no members. Returns undefined if the text is not JSON, or another value.
 */
export function jsonMembers(text: string): readonly (readonly [string, unknown])[] | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value === null ? [] : undefined;
  const members: (readonly [string, unknown])[] = [];
  let depth = 0;
  let name = "";
  const nested = (): void => {
    if (depth === 1) members.push([name, {}]);
    depth += 1;
  };
  const end = (): void => void (depth -= 1);
  visit(text, {
    onObjectBegin: nested,
    onArrayBegin: nested,
    onObjectEnd: end,
    onArrayEnd: end,
    onObjectProperty: (property) => {
      if (depth === 1) name = property;
    },
    onLiteralValue: (literal) => {
      if (depth === 1) members.push([name, literal]);
    },
  });
  return members;
}
