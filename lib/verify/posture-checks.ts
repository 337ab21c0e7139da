import { shown } from "../problem/problem";
import { BY_HAND, isSynthesized, judge, runChecks, type Check, type Expectation, type Finding } from "./check";
import { policyDifferences } from "./compare-policy";
import { PUBLIC_ACCESS_FLAGS, type Posture } from "./posture";

export type { Expectation, Finding } from "./check";

const DEPLOY = "Run `statelock bootstrap`: it shows the difference and puts it right.";

const versioning: Check<Posture> = {
  code: "versioning",
  title: "versioning is on",
  fix: DEPLOY,
  byHand: { fix: `${BY_HAND}: aws s3api put-bucket-versioning turns it on. Without it an overwritten state is gone.` },
  run: (_expected, { versioning }) =>
    judge(versioning, (status) => status !== "Enabled" && `versioning is ${shown(status ?? "never turned on")}`),
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
      return wanted === "aws:kms" && !actual.bucketKey && "the bucket key is off: every request would call KMS";
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
    fix: `${BY_HAND}: add a statement to its policy that denies s3:* while aws:SecureTransport is false, and leave the others as they are.`,
  },
  run: (expected, posture) =>
    judge(posture.guard, (policy) => {
      const differences = policyDifferences(expected.guard, policy?.Statement, { foreign: isSynthesized(expected) });
      return differences.length > 0 && `the bucket policy ${differences.join("; ")}`;
    }),
};

const lifecycle: Check<Posture> = {
  code: "lifecycle",
  title: "history is trimmed, and no current object ever expires",
  fix: DEPLOY,
  byHand: {
    title: "no current object ever expires or is archived",
    fix: `${BY_HAND}: take the expiration, or the transition, out of that rule.`,
  },
  run: ({ bucket }, { lifecycle }) =>
    judge(lifecycle, (rules) => {
      const enabled = (rules ?? []).filter((rule) => rule.enabled);
      const expiring = enabled.filter((rule) => rule.expiresCurrent);
      if (expiring.length > 0)
        return `rule ${expiring.map(({ id }) => shown(id)).join(", ")} expires current objects: states would vanish`;
      const archiving = enabled.filter((rule) => rule.archives === true);
      if (archiving.length > 0)
        return `rule ${archiving.map(({ id }) => shown(id)).join(", ")} moves objects to another storage class: states may not be readable`;
      if (bucket.history === undefined) return false;
      const { days, newestVersions } = bucket.history;
      const eager = enabled.filter(
        (rule) =>
          rule.noncurrentDays !== undefined &&
          (rule.noncurrentDays < days || (rule.newestVersions ?? 0) < newestVersions),
      );
      if (eager.length > 0)
        return `rule ${eager.map(({ id }) => shown(id)).join(", ")} trims history earlier than configured`;
      const trims = enabled.some((rule) => rule.noncurrentDays === days && rule.newestVersions === newestVersions);
      return !trims && `no rule keeps ${String(days)} days and the ${String(newestVersions)} newest versions`;
    }),
};

/** The settings that protect what is in the bucket. */
export const POSTURE_CHECKS = [versioning, encryption, publicAccess, ownership, guard, lifecycle] as const;

/** Compares the bucket with what was synthesized, check by check. What could not be read is "unknown", never "pass". */
export function checkPosture(expected: Expectation, posture: Posture): Finding[] {
  return runChecks(POSTURE_CHECKS, expected, posture);
}
