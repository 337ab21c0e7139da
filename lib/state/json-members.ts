import { parseJson } from "../text/parse-json";

/** A member (name and value) of the outermost object in a JSON text, and where its value is in the text. */
interface JsonMember {
  readonly name: string;
  /** An empty object for a nested object or array. */
  readonly value: unknown;
  /** Index of the value's first character in the text. */
  readonly offset: number;
  /** Length of the value in the text. 1, for the opening bracket alone, if the value is an object or array. */
  readonly length: number;
}

/** The most levels of nesting that Go's encoding/json reads; Terraform and OpenTofu parse JSON with it. */
export const DEEPEST = 10_000;

/**
 * Returns a pattern for the member names that Go reads into a field. Go ignores case, by Unicode's simple case folding.
 * @param name the name of the field, only letters
 */
export function goField(name: string): RegExp {
  return new RegExp(`^${name}$`, "iu");
}

/** Matches the next token of valid JSON: a string, a bracket, comma or colon, or a number, true, false or null. */
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Returns the members of a JSON object in the order of the text, including repeated names. Returns an empty list for
 * `null`, because Go sets no field for it. Returns undefined for any other text:
 * - it is not valid JSON
 * - it nests deeper than Go reads
 * - it is an array, a string, a number or a boolean
 *
 * The function does not recurse: a body from outside may nest thousands of levels, which would overflow the stack.
 */
export function jsonMembers(text: string): readonly JsonMember[] | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value === null ? [] : undefined;
  const members: JsonMember[] = [];
  let depth = 0;
  let name: string | undefined;
  for (const { 0: token, index: offset } of text.matchAll(TOKEN)) {
    const isOpening = token === "{" || token === "[";
    // At depth 1, the first token of a member is its name, and the next one is its value or opens it.
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
