import { plainText } from "../text/plain-text";
import type { PolicyDocument, Statement } from "../policy/policy-document";

/** Returns how a policy differs from the expected one, as phrases that follow "the policy". Order does not matter. */
export function policyDifferences(
  expected: PolicyDocument,
  actual: readonly Statement[] | undefined,
  /** True: a statement that the expected policy does not have is a difference too. */
  options: { readonly foreign: boolean },
): string[] {
  const present = actual ?? [];
  const forms = new Set(present.map(canonical));
  const wanted = new Set(expected.Statement.map(canonical));
  const absent = expected.Statement.filter((statement) => !forms.has(canonical(statement)));
  const named = absent.map((statement) => ({ statement, other: present.find(({ Sid }) => Sid === statement.Sid) }));
  const missing = named.filter(({ other }) => other === undefined).map(({ statement }) => statement.Sid);
  const known = new Set(named.map(({ other }) => other));
  const foreign = present.filter((statement) => !wanted.has(canonical(statement)) && !known.has(statement));
  return [
    ...(missing.length > 0 ? [`lacks ${missing.join(", ")}`] : []),
    ...named.flatMap(({ statement, other }) => (other === undefined ? [] : [changedText(statement, other)])),
    ...(options.foreign && foreign.length > 0
      ? [`has ${foreign.map(foreignText).join(", ")}, which synth did not write`]
      : []),
  ];
}

const ELEMENTS = ["Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"] as const;

/** Returns `DenyX was changed (Condition), so it is weaker or different`. */
function changedText(expected: Statement, actual: Statement): string {
  const of = (statement: Statement, element: string): string =>
    canonical((statement as unknown as Readonly<Record<string, unknown>>)[element] ?? null);
  const changed = ELEMENTS.filter((element) => of(expected, element) !== of(actual, element));
  return `${expected.Sid} was changed (${changed.join(", ")}), so it is weaker or different`;
}

function foreignText(statement: Statement): string {
  const sid = (statement as { readonly Sid?: string }).Sid;
  return `${sid === undefined ? "a statement without Sid" : plainText(sid, 100)} (${plainText(statement.Effect, 20)})`;
}

/** Returns one text for all statements that mean the same: sorts keys and lists, treats a list of one as its value. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? sorted(value[0]) : value.map(sorted).sort(byText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
