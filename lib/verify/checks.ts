import type { Inventory } from "../inventory/inventory";
import type { PolicyDocument } from "../policy/document";
import { shown } from "../problem";
import { PUBLIC_ACCESS_FLAGS, type Posture, type Reading } from "./posture";

/** What synth wants of the bucket. */
export interface Expectation {
  readonly bucket: Inventory["bucket"];
  readonly guard: PolicyDocument;
}

/** What a check found: a reason where it is not fine. */
export interface Finding {
  readonly code: string;
  readonly title: string;
  readonly result: "pass" | "fail" | "unknown";
  /** What is wrong, or why it could not be told; empty when it passed. */
  readonly reason: string;
}

interface Check {
  readonly code: string;
  readonly title: string;
  /** The reason it fails; undefined when it passes. */
  readonly run: (expected: Expectation, posture: Posture) => Reading<string>;
}

const CHECKS: readonly Check[] = [
  {
    code: "versioning",
    title: "versioning is on",
    run: (_expected, { versioning }) =>
      judge(versioning, (status) => status !== "Enabled" && `versioning is ${shown(status ?? "never turned on")}`),
  },
  {
    code: "encryption",
    title: "objects are encrypted by default as configured",
    run: ({ bucket }, { encryption }) =>
      judge(encryption, (actual) => {
        const wanted = bucket.encryption.type === "sse-s3" ? "AES256" : "aws:kms";
        if (actual?.algorithm !== wanted) return `the default is ${shown(actual?.algorithm ?? "none")}, not ${wanted}`;
        const { keyArn } = bucket.encryption;
        if (keyArn !== undefined && actual.keyArn !== keyArn)
          return `the key is ${shown(actual.keyArn)}, not ${keyArn}`;
        return wanted === "aws:kms" && !actual.bucketKey && "the bucket key is off: every request would call KMS";
      }),
  },
  {
    code: "public-access",
    title: "all public access is blocked",
    run: (_expected, { publicAccess }) =>
      judge(publicAccess, (flags) => {
        const off = PUBLIC_ACCESS_FLAGS.filter((flag) => flags?.[flag] !== true);
        return off.length > 0 && `${off.join(", ")} ${off.length === 1 ? "is" : "are"} off`;
      }),
  },
  {
    code: "ownership",
    title: "ACLs are off",
    run: (_expected, { ownership }) =>
      judge(ownership, (mode) => mode !== "BucketOwnerEnforced" && `object ownership is ${shown(mode ?? "not set")}`),
  },
  {
    code: "guard",
    title: "the guard is in place",
    run: ({ guard }, posture) =>
      judge(posture.guard, (policy) => {
        const present = new Set((policy?.Statement ?? []).map(canonical));
        const missing = guard.Statement.filter((statement) => !present.has(canonical(statement)));
        return missing.length > 0 && `the bucket policy lacks ${missing.map(({ Sid }) => Sid).join(", ")}`;
      }),
  },
  {
    code: "lifecycle",
    title: "history is trimmed, and no current object ever expires",
    run: ({ bucket }, { lifecycle }) =>
      judge(lifecycle, (rules) => {
        const enabled = (rules ?? []).filter((rule) => rule.enabled);
        const expiring = enabled.filter((rule) => rule.expiresCurrent);
        if (expiring.length > 0)
          return `rule ${expiring.map(({ id }) => shown(id)).join(", ")} expires current objects: states would vanish`;
        const { days, newestVersions } = bucket.history;
        const trims = enabled.some((rule) => rule.noncurrentDays === days && rule.newestVersions === newestVersions);
        return !trims && `no rule keeps ${String(days)} days and the ${String(newestVersions)} newest versions`;
      }),
  },
];

/** Compares the bucket with what was synthesized, check by check. What could not be read is "unknown", never "pass". */
export function checkPosture(expected: Expectation, posture: Posture): Finding[] {
  return CHECKS.map(({ code, title, run }) => {
    const outcome = run(expected, posture);
    if ("unreadable" in outcome) return { code, title, result: "unknown", reason: outcome.unreadable };
    if (outcome.value === undefined) return { code, title, result: "pass", reason: "" };
    return { code, title, result: "fail", reason: outcome.value };
  });
}

function judge<T>(reading: Reading<T>, reason: (value: T | undefined) => string | false): Reading<string> {
  if ("unreadable" in reading) return reading;
  const found = reason(reading.value);
  return { value: found === false ? undefined : found };
}

/** The same text for statements that mean the same: keys and lists sorted, single values as lists. */
function canonical(value: unknown): string {
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
