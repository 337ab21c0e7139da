import type { Inventory } from "../inventory/inventory";
import type { PolicyDocument } from "../policy/policy-document";
import type { Reading } from "./posture";

/** What synth wants of the bucket. */
export interface Expectation {
  /** Of a bucket that was named by hand only its name is known. */
  readonly bucket: Pick<Inventory["bucket"], "name"> & Partial<Inventory["bucket"]>;
  readonly guard: PolicyDocument;
  /** Policy of the key that the bootstrap stack creates. @default - there is none */
  readonly keyPolicy?: PolicyDocument | undefined;
  /** False: nobody synthesized this bucket, so only what every state bucket needs is asked for. @default true */
  readonly synthesized?: boolean;
}

/** What a check found: a reason where it is not fine. */
export interface Finding {
  readonly code: string;
  readonly title: string;
  readonly result: "pass" | "fail" | "unknown";
  /** What is wrong, or why it could not be told; empty when it passed. */
  readonly reason: string;
  /** The next step where it is not fine; empty when it passed. */
  readonly fix: string;
}

/** One thing that is looked at. */
export interface Check<Observed> {
  readonly code: string;
  readonly title: string;
  /** The next step where it fails. */
  readonly fix: string;
  /** What it is called, and its next step, for a bucket that nobody synthesized. @default - the same */
  readonly byHand?: { readonly title?: string; readonly fix?: string };
  /** The reason it fails; undefined when it passes. */
  readonly run: (expected: Expectation, observed: Observed) => Reading<string>;
  /** False where there is nothing to compare with. @default - always */
  readonly applies?: (expected: Expectation) => boolean;
}

const COULD_NOT_LOOK =
  "After a 403 grant the permission (docs/reference/checks.md lists them); after anything else run it again when the cause is gone.";

/** The next step for a bucket that is not of this project's config, which `statelock bootstrap` would not touch. */
export const BY_HAND = "Put it right where this bucket is managed";

/** Runs checks. What could not be read is "unknown", never "pass". */
export function runChecks<Observed>(
  checks: readonly Check<Observed>[],
  expected: Expectation,
  observed: Observed,
): Finding[] {
  return checks
    .filter(({ applies }) => applies?.(expected) ?? true)
    .map(({ code, title, fix, byHand, run }) => {
      const about = { code, title, fix, ...(isSynthesized(expected) ? {} : byHand) };
      return finding(about, run(expected, observed));
    });
}

/** A finding from what a check saw. */
export function finding(about: Pick<Finding, "code" | "title" | "fix">, outcome: Reading<string>): Finding {
  if ("unreadable" in outcome)
    return { ...about, result: "unknown", reason: outcome.unreadable, fix: outcome.fix ?? COULD_NOT_LOOK };
  if (outcome.value === undefined) return { ...about, result: "pass", reason: "", fix: "" };
  return { ...about, result: "fail", reason: outcome.value };
}

/** Judges a reading; one that could not be made stays so. */
export function judge<T>(reading: Reading<T>, reason: (value: T | undefined) => string | false): Reading<string> {
  if ("unreadable" in reading) return reading;
  const found = reason(reading.value);
  return { value: found === false ? undefined : found };
}

/** True for what synth wrote: everything about it is known. */
export function isSynthesized({ synthesized }: Expectation): boolean {
  return synthesized !== false;
}
