import { shown } from "../problem/problem";
import { policyDifferences } from "./compare-policy";
import { isWithin } from "../policy/object-tags";
import { PUBLIC_ACCESS_FLAGS, type LifecycleRule, type Posture } from "./posture";
import { GUARD_VERSION, guardVersionOf } from "../policy/guard/guard-version";
import { BY_HAND, isSynthesized, judge, runChecks, type Check, type CheckResult, type Expectation } from "./run-checks";

const DEPLOY = "Run `statelock bootstrap`: it shows the difference and corrects it.";

const versioning: Check<Posture> = {
  code: "versioning",
  title: "versioning is on",
  fix: DEPLOY,
  byHand: { fix: `${BY_HAND}: aws s3api put-bucket-versioning. Without versioning, an overwritten state is lost.` },
  run: (_expected, { versioning }) =>
    "unreadable" in versioning && versioning.notApplicable === true
      ? { value: "this store keeps no versions: no history, no restore" }
      : judge(versioning, (status) => status !== "Enabled" && `versioning is ${shown(status ?? "never turned on")}`),
};

const encryption: Check<Posture> = {
  code: "encryption",
  title: "objects are encrypted by default as configured",
  fix: DEPLOY,
  byHand: { title: "objects are encrypted by default", fix: `${BY_HAND}: aws s3api put-bucket-encryption.` },
  run: (expected, { encryption }) =>
    judge(encryption, (actual) => {
      const configured = expected.bucket.encryption;
      if (configured === undefined) return (actual?.algorithm ?? "none") === "none" && "there is no default encryption";
      const wanted = configured.type === "sse-s3" ? "AES256" : "aws:kms";
      if (actual?.algorithm !== wanted) return `the default is ${shown(actual?.algorithm ?? "none")}, not ${wanted}`;
      const { keyArn } = configured;
      if (keyArn !== undefined && actual.keyArn !== keyArn) return `the key is ${shown(actual.keyArn)}, not ${keyArn}`;
      return wanted === "aws:kms" && !actual.bucketKey && "the bucket key is off, so every request calls KMS";
    }),
};

const publicAccess: Check<Posture> = {
  code: "public-access",
  title: "all public access is blocked",
  fix: DEPLOY,
  byHand: { fix: `${BY_HAND}: aws s3api put-public-access-block.` },
  run: (_expected, { publicAccess }) =>
    judge(publicAccess, (flags) => {
      const off = PUBLIC_ACCESS_FLAGS.filter((flag) => flags?.[flag] !== true);
      return off.length > 0 && `${off.join(", ")} ${off.length === 1 ? "is" : "are"} off`;
    }),
};

const ownership: Check<Posture> = {
  code: "ownership",
  title: "ACLs are off",
  fix: DEPLOY,
  byHand: { fix: `${BY_HAND}: aws s3api put-bucket-ownership-controls, with BucketOwnerEnforced.` },
  run: (_expected, { ownership }) =>
    judge(ownership, (mode) => mode !== "BucketOwnerEnforced" && `object ownership is ${shown(mode ?? "not set")}`),
};

const guard: Check<Posture> = {
  code: "guard",
  title: "the guard is in place",
  fix: `Find out who changed it (CloudTrail: PutBucketPolicy). ${DEPLOY}`,
  byHand: {
    title: "the bucket policy refuses plain HTTP",
    fix: `${BY_HAND}: add a statement to its policy that denies s3:* while aws:SecureTransport is false. Keep the other statements.`,
  },
  run: (expected, posture) =>
    judge(posture.guard, (policy) => {
      const synthesized = isSynthesized(expected);
      const differences = policyDifferences(expected.guard, policy?.Statement, { foreign: synthesized });
      const all = [...(synthesized ? ageOf(policy, differences.length > 0) : []), ...differences];
      return all.length > 0 && `the bucket policy ${all.join("; ")}`;
    }),
};

/** Returns a phrase for a guard that an older Statelock wrote. A guard from before versions says none. */
function ageOf(policy: { readonly Id?: string } | undefined, differs: boolean): string[] {
  if (policy === undefined) return [];
  const version = guardVersionOf(policy.Id);
  const isOlder = version === undefined ? differs && policy.Id === undefined : version < GUARD_VERSION;
  return isOlder
    ? [`is the guard of version ${String(version ?? 1)}, and this Statelock writes version ${String(GUARD_VERSION)}`]
    : [];
}

const lifecycle: Check<Posture> = {
  code: "lifecycle",
  title: "history is trimmed, and no current object expires",
  fix: DEPLOY,
  byHand: {
    title: "no current object expires or is archived",
    fix: `${BY_HAND}: remove the expiration or the transition from the rule.`,
  },
  run: ({ bucket }, { lifecycle }) => judge(lifecycle, (rules) => lifecycleFault(rules ?? [], bucket.history)),
};

function lifecycleFault(rules: readonly LifecycleRule[], history: Expectation["bucket"]["history"]): string | false {
  const enabled = rules.filter((rule) => rule.enabled);
  const named = (faulty: readonly LifecycleRule[]): string => `rule ${faulty.map(({ id }) => shown(id)).join(", ")}`;
  const expiring = enabled.filter((rule) => rule.expiresCurrent);
  if (expiring.length > 0) return `${named(expiring)} expires current objects, so S3 would delete states`;
  const archiving = enabled.filter((rule) => rule.archives === true);
  if (archiving.length > 0)
    return `${named(archiving)} moves objects to another storage class, so states may become unreadable`;
  if (history === undefined) return false;
  const { days, newestVersions, locks } = history;
  const isOfLocks = ({ tags }: LifecycleRule): boolean =>
    tags !== undefined && (locks?.tags ?? []).some((ofLock) => isWithin(ofLock, tags));
  const trimsBefore =
    (least: { readonly days: number; readonly newestVersions: number }) =>
    ({ noncurrentDays, newestVersions: kept = 0 }: LifecycleRule): boolean =>
      noncurrentDays !== undefined && (noncurrentDays < least.days || kept < least.newestVersions);
  const eager = enabled.filter((rule) => trimsBefore((isOfLocks(rule) ? locks : undefined) ?? history)(rule));
  if (eager.length > 0) return `${named(eager)} trims history earlier than configured`;
  const trims = enabled.some(
    (rule) => rule.tags === undefined && rule.noncurrentDays === days && rule.newestVersions === newestVersions,
  );
  if (!trims) return `no rule keeps ${String(days)} days and the ${String(newestVersions)} newest versions`;
  const untrimmed = (locks?.tags ?? []).find(
    (ofLock) =>
      !enabled.some(
        ({ tags, noncurrentDays }) => tags !== undefined && isWithin(tags, ofLock) && noncurrentDays === locks?.days,
      ),
  );
  return untrimmed !== undefined && `no rule trims the versions of locks with the tags ${shown(untrimmed)}`;
}

/** Checks of the settings that protect the states in the bucket. */
export const POSTURE_CHECKS = [versioning, encryption, publicAccess, ownership, guard, lifecycle] as const;

/** Returns the result of each check of the bucket's settings. */
export function checkPosture(expected: Expectation, posture: Posture): CheckResult[] {
  return runChecks(POSTURE_CHECKS, expected, posture);
}
