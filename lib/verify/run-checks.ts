import type { Inventory } from "../inventory/inventory";
import type { PolicyDocument } from "../policy/policy-document";
import type { Reading } from "./posture";

/** What the checks expect of the bucket. */
export interface Expectation {
  /** Only the name is certain: the rest is unknown for a bucket that was named on the command line. */
  readonly bucket: Pick<Inventory["bucket"], "name"> & Partial<Inventory["bucket"]>;
  readonly guard: PolicyDocument;
  /** Policy of the key that the bootstrap stack creates. @default - the stack creates no key */
  readonly keyPolicy?: PolicyDocument | undefined;
  /** False for a bucket without a config: the checks then expect only what every state bucket needs. @default true */
  readonly synthesized?: boolean;
}

/** The result of one check. */
export interface CheckResult {
  readonly code: string;
  readonly title: string;
  /** `none`: the store has no such thing, so there is nothing to check. */
  readonly result: "pass" | "fail" | "unknown" | "none";
  /** What is wrong, why Statelock could not look, or why there is nothing to check; empty if the check passed. */
  readonly reason: string;
  /** The next step; empty if the check passed. */
  readonly fix: string;
}

/** One check, as data. */
export interface Check<Observed> {
  readonly code: string;
  readonly title: string;
  /** The next step if the check fails. */
  readonly fix: string;
  /** Other texts for a bucket without a config. @default - the same texts */
  readonly byHand?: { readonly title?: string; readonly fix?: string };
  /** Returns the reason why the check fails; no value if it passes. */
  readonly run: (expected: Expectation, observed: Observed) => Reading<string>;
  /** False if the expectation holds nothing to compare with. @default - always */
  readonly applies?: (expected: Expectation) => boolean;
}

const COULD_NOT_LOOK =
  "After a 403, grant the permission (docs/reference/checks.md lists them). Otherwise remove the cause, then run the command again.";

/** The next step for a bucket that another config manages, so `statelock bootstrap` must not change it. */
export const BY_HAND = "Correct it where this bucket is managed";

/** Returns the result of each check that applies. */
export function runChecks<Observed>(
  checks: readonly Check<Observed>[],
  expected: Expectation,
  observed: Observed,
): CheckResult[] {
  return checks
    .filter(({ applies }) => applies?.(expected) ?? true)
    .map(({ code, title, fix, byHand, run }) => {
      const about = { code, title, fix, ...(isSynthesized(expected) ? {} : byHand) };
      return checkResult(about, run(expected, observed));
    });
}

/** Returns the result of a check from its outcome: the reason why it fails, no value, or why it could not look. */
export function checkResult(about: Pick<CheckResult, "code" | "title" | "fix">, outcome: Reading<string>): CheckResult {
  if ("unreadable" in outcome && outcome.notApplicable === true)
    return { ...about, result: "none", reason: outcome.unreadable, fix: "" };
  if ("unreadable" in outcome)
    return { ...about, result: "unknown", reason: outcome.unreadable, fix: outcome.fix ?? COULD_NOT_LOOK };
  if (outcome.value === undefined) return { ...about, result: "pass", reason: "", fix: "" };
  return { ...about, result: "fail", reason: outcome.value };
}

/** Returns the outcome of a check of one reading. An unreadable reading stays unreadable. */
export function judge<T>(reading: Reading<T>, reason: (value: T | undefined) => string | false): Reading<string> {
  if ("unreadable" in reading) return reading;
  const found = reason(reading.value);
  return { value: found === false ? undefined : found };
}

/** True if synth wrote the expectation, so it covers every setting. */
export function isSynthesized({ synthesized }: Expectation): boolean {
  return synthesized !== false;
}
