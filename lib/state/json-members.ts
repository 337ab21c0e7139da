import { parseJson } from "../text/parse-json";

/** A member of the outermost object of a JSON text, and the place of its value there. */
interface JsonMember {
  readonly name: string;
  /** An empty object for a nested object or array. */
  readonly value: unknown;
  readonly offset: number;
  readonly length: number;
}

/** Levels that Go's encoding/json reads. */
export const DEEPEST = 10_000;

/** Matches the names of a member that Go takes for this field: it ignores case, by Unicode's simple case folding. */
export function goField(name: string): RegExp {
  return new RegExp(`^${name}$`, "iu");
}

/** Matches a string, a sign, or another value. */
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Returns the members of a JSON object in the order of the text, repeated ones too. `null` has no members. Returns undefined
 * if the text is not JSON, nests deeper than Go reads, or is another value. It does not call itself for a nested value,
 * because a body from outside may nest thousands of levels.
 */
export function jsonMembers(text: string): readonly JsonMember[] | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value === null ? [] : undefined;
  const members: JsonMember[] = [];
  let depth = 0;
  let name: string | undefined;
  for (const { 0: token, index: offset } of text.matchAll(TOKEN)) {
    const isOpening = token === "{" || token === "[";
    if (depth === 1 && token === ",") name = undefined;
    else if (depth === 1 && !/^[}\]:]$/.test(token)) {
      if (name === undefined) name = JSON.parse(token) as string;
      else members.push({ name, value: isOpening ? {} : JSON.parse(token), offset, length: token.length });
    }
    if (isOpening) depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    if (depth > DEEPEST) return undefined;
  }
  return members;
}
