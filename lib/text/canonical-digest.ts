import { createHash } from "node:crypto";

/** What is still to be written: text, or a value. */
type Part = string | { readonly value: unknown };

/** Characters that go to the hash at one time. */
const CHUNK = 65_536;

/**
 * Returns the SHA-256 of a JSON value, whatever its white space and the order of its keys. It does not call itself for a
 * nested value, because a state may nest thousands of levels.
 */
export function canonicalDigest(value: unknown): string {
  const hash = createHash("sha256");
  const left: Part[] = [{ value }];
  let text = "";
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (typeof part === "string") text += part;
    else if (typeof part.value === "object" && part.value !== null)
      for (const inner of partsOf(part.value)) left.push(inner);
    else text += part.value === undefined ? "null" : JSON.stringify(part.value);
    if (text.length < CHUNK) continue;
    hash.update(text);
    text = "";
  }
  return hash.update(text).digest("hex");
}

/** Returns the parts of an array or object, the last one first. */
function partsOf(value: object): Part[] {
  const parts: Part[] = [];
  if (Array.isArray(value))
    for (const inner of value) parts.push(parts.length === 0 ? "[" : ",", { value: inner as unknown });
  else
    for (const [key, inner] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      if (inner !== undefined)
        parts.push(`${parts.length === 0 ? "{" : ","}${JSON.stringify(key)}:`, { value: inner as unknown });
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (parts.length === 0) parts.push(open);
  parts.push(close);
  return parts.reverse();
}
