import type { StateFile, StateOutput } from "../state/parse-state";

/** Why a value is not shown. */
export type Hidden = "sensitive" | "may be a secret";

/** Decides which values of two states may be shown to somebody who asked for values. */
export interface ValueGate {
  attribute(resource: string, name: string, values: readonly unknown[]): Hidden | undefined;
  output(name: string, outputs: readonly StateOutput[]): Hidden | undefined;
}

/** Names that secrets have, of attributes and of keys in them: providers do not declare all of theirs. */
const SECRET_NAME =
  /pass(word|wd|phrase)|secret|token|private|credential|(api|access|account|shared|encryption|signing|master)[_-]?key|connection[_-]?string|user_?data|kube_?config/i;

/** Private keys, passwords in URLs, AWS access keys. */
const SECRET_TEXT = /-----BEGIN|:\/\/[^\s/:@]+:[^\s/@]+@|\bA[KS]IA[0-9A-Z]{16}\b/;

/** A sensitive string this short says nothing about others that hold it. */
const SHORTEST_SECRET = 6;

/**
 * A value is hidden where Terraform recorded, in either state and in any instance of the resource, that it is sensitive; where
 * it holds a string that is sensitive elsewhere; and where its name or its look is that of a secret. The last two,
 * because not every Terraform that wrote a state recorded what the provider declares to be sensitive.
 */
export function valueGate(states: readonly StateFile[]): ValueGate {
  const objects = states.flatMap((state) => [...state.objects.values()]);
  const outputs = states.flatMap((state) => [...state.outputs]);
  const marked = new Set<string>();
  const secrets = new Set<string>();
  const keep = (value: unknown): void => {
    for (const text of textsIn(content(value))) if (text.length >= SHORTEST_SECRET) secrets.add(text);
  };
  for (const { resource, attributes, sensitive } of objects) {
    for (const name of sensitive === "all" ? Object.keys(attributes) : sensitive) {
      marked.add(`${resource}.${name}`);
      keep(attributes[name]);
    }
  }
  for (const [name, output] of outputs) {
    if (!output.sensitive) continue;
    marked.add(`output.${name}`);
    keep(output.value);
  }
  const judge = (path: string, name: string, values: readonly unknown[]): Hidden | undefined => {
    if (marked.has(path)) return "sensitive";
    const texts = values.flatMap((value) => [...textsIn(value)]);
    if (texts.some((text) => [...secrets].some((secret) => text.includes(secret)))) return "sensitive";
    const names = [name, ...values.flatMap((value) => [...keysIn(value)])];
    if (names.some((text) => SECRET_NAME.test(text)) || texts.some((text) => SECRET_TEXT.test(text)))
      return "may be a secret";
    return undefined;
  };
  return {
    attribute: (resource, name, values) => judge(`${resource}.${name}`, name, values),
    output: (name, found) =>
      judge(
        `output.${name}`,
        name,
        found.map(({ value }) => value),
      ),
  };
}

/** A value of any type is recorded together with its type, whose words are no secret. */
function content(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { value: inner, type, ...rest } = value as { readonly value?: unknown; readonly type?: unknown };
  return type !== undefined && inner !== undefined && Object.keys(rest).length === 0 ? inner : value;
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner);
}

function* keysIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield* Object.keys(value);
  for (const inner of Object.values(value)) yield* keysIn(inner);
}
