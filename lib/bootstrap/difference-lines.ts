import { listOf } from "../policy/policy-document";
import { plainText } from "../text/plain-text";
import { canonical } from "../verify/compare-policy";
import type { Difference } from "./bootstrap-ports";
import { few } from "../text/few";

type Element = Readonly<Record<string, unknown>>;

/** The two sides of a changed value, as text. */
type Sides = readonly [before: string, after: string];

/** Length of a value on one line, and how much of it comes before the first difference. */
const LIMIT = 120;
const CONTEXT = 20;
/** How many values of a list are named. */
const NAMED = 5;

/**
 * Returns the lines that show what changes of an attribute. A policy is compared statement by statement; of another long
 * value, the lines show the part that differs. So two different values never look equal.
 */
export function differenceLines({ attribute, before, after }: Difference): string[] {
  if (after === undefined) return [`${attribute}: ${excerpts(before, null)[0]} → (known after apply)`];
  const policies = [policyOf(before), policyOf(after)] as const;
  const text = arrow(excerpts(before, after));
  if (policies[0] === undefined || policies[1] === undefined) return [`${attribute}: ${text}`];
  const changes = policyChanges(policies[0], policies[1]);
  if (changes.length === 0) return [`${attribute}: the same statements, written differently: ${text}`];
  return [`${attribute}:`, ...changes.map((change) => `  ${change}`)];
}

/** Returns the policy in a value: JSON with statements, as a text or as an object. */
function policyOf(value: unknown): Element | undefined {
  const policy = typeof value === "string" ? parsed(value) : value;
  return isElement(policy) && statementsOf(policy).length > 0 ? policy : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isElement(value: unknown): value is Element {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** AWS takes one statement in place of a list. */
function statementsOf({ Statement: found }: Element): Element[] {
  const list: unknown[] = Array.isArray(found) ? found : [found];
  return list.every(isElement) ? list : [];
}

/** Returns a line for each statement that is new (`+`), gone (`-`) or changed (`~`), in any order of the statements. */
function policyChanges(before: Element, after: Element): string[] {
  const [old, wanted] = [byName(statementsOf(before)), byName(statementsOf(after))];
  const changes = [...new Set([...old.keys(), ...wanted.keys()])].flatMap((name) => {
    const [was, becomes] = [old.get(name), wanted.get(name)];
    if (was === undefined) return [`+ ${name} ${excerpts(unnamed(becomes), null)[0]}`];
    if (becomes === undefined) return [`- ${name} ${excerpts(unnamed(was), null)[0]}`];
    const parts = changedParts(was, becomes);
    return parts.length === 0 ? [] : [`~ ${name} ${parts.join("; ")}`];
  });
  const around = changedParts({ ...before, Statement: null }, { ...after, Statement: null });
  return [...around.map((part) => `~ ${part}`), ...changes];
}

/** Returns the statements by Sid, or by position if they have none. The second statement of a Sid is `Sid (2)`. */
function byName(statements: readonly Element[]): Map<string, Element> {
  const named = new Map<string, Element>();
  statements.forEach((statement, at) => {
    const { Sid: sid } = statement;
    const name = typeof sid === "string" && sid !== "" ? plainText(sid, Infinity) : `statement ${String(at + 1)}`;
    let unique = name;
    for (let count = 2; named.has(unique); count += 1) unique = `${name} (${String(count)})`;
    named.set(unique, statement);
  });
  return named;
}

function unnamed(statement: Element | undefined): Element {
  const { Sid: _sid, ...rest } = statement ?? {};
  return rest;
}

/** Returns `Effect: "Deny" → "Allow"` for each element that changes. */
function changedParts(before: Element, after: Element): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => canonical(before[key] ?? null) !== canonical(after[key] ?? null))
    .map((key) => `${plainText(key)}: ${changedValue(before[key], after[key])}`);
}

/** Returns `+ "s3:new" - "s3:old"` for lists of short texts; otherwise both values. */
function changedValue(before: unknown, after: unknown): string {
  const text = arrow(excerpts(before, after));
  if (!isTexts(before) || !isTexts(after) || (typeof before === "string" && typeof after === "string")) return text;
  const [old, wanted] = [new Set(listOf(before)), new Set(listOf(after))];
  const added = [...wanted].filter((value) => !old.has(value));
  const removed = [...old].filter((value) => !wanted.has(value));
  if (added.length + removed.length === 0) return text;
  return [...named("+", added), ...named("-", removed)].join(" ");
}

function isTexts(value: unknown): value is string | readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((one) => typeof one === "string" && one.length <= LIMIT);
}

function named(sign: string, values: readonly string[]): string[] {
  const [those, others] = few(values, NAMED);
  const texts = those.map((value) => `${sign} ${JSON.stringify(value)}`);
  return others > 0 ? [...texts, `${sign} ${String(others)} more`] : texts;
}

function arrow([before, after]: Sides): string {
  return `${before} → ${after}`;
}

/** Returns both values as JSON on one line. If one is too long for that, both begin shortly before the first difference. */
function excerpts(before: unknown, after: unknown): Sides {
  const [old, wanted] = [jsonOf(before), jsonOf(after)];
  if (old.length <= LIMIT && wanted.length <= LIMIT) return [old, wanted];
  let same = 0;
  while (same < old.length && old[same] === wanted[same]) same += 1;
  const start = Math.max(0, same - CONTEXT);
  const cut = (text: string): string => {
    const part = text.slice(start, start + LIMIT - 2);
    return `${start > 0 ? "…" : ""}${part}${start + part.length < text.length ? "…" : ""}`;
  };
  return [cut(old), cut(wanted)];
}

function jsonOf(value: unknown): string {
  return value === undefined ? "(none)" : JSON.stringify(value);
}
