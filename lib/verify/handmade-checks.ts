import { shown } from "../problem/problem";
import { policyDifferences } from "./compare-policy";
import type { Posture, Reading } from "./posture";
import { isSynthesized, judge, type Check } from "./run-checks";
import type { ObjectLock, Surroundings } from "./surroundings";

/** The bootstrap stack neither makes nor removes these settings. */
const BY_SOMEBODY = "Find out who set it up (CloudTrail). The bootstrap stack does not manage it";

const abac: Check<Surroundings> = {
  code: "abac",
  title: "access does not depend on tags of the bucket",
  fix: `${BY_SOMEBODY}: turn it off (aws s3api put-bucket-abac, Status=Disabled), or accept it. While it is on, everyone who may tag the bucket may open it to identities whose policies compare tags.`,
  run: (_expected, { abac }) => judge(abac, (on) => on === true && "attribute-based access control (ABAC) is on"),
  applies: isSynthesized,
};

const metadataTables: Check<Surroundings> = {
  code: "metadata-tables",
  title: "S3 Metadata writes no table of the objects",
  fix: `${BY_SOMEBODY}: remove it (aws s3api delete-bucket-metadata-configuration), or accept it. The table shows keys, sizes and tags of states and locks, not their content.`,
  run: (_expected, { metadataTables }) =>
    judge(metadataTables, (found) => found !== undefined && `S3 writes a metadata table into ${shown(found)}`),
  applies: isSynthesized,
};

const inventories: Check<Surroundings> = {
  code: "inventory",
  title: "S3 Inventory writes no list of the objects",
  fix: `${BY_SOMEBODY}: remove it (aws s3api delete-bucket-inventory-configuration), or accept it. The list shows keys, sizes and versions of states and locks, not their content.`,
  run: (_expected, { inventories }) =>
    judge(
      inventories,
      (found) =>
        found !== undefined && found.length > 0 && `S3 writes inventory reports into ${found.map(shown).join(", ")}`,
    ),
  applies: isSynthesized,
};

const objectLock: Check<Surroundings> = {
  code: "object-lock",
  title: "no default retention keeps the versions of locks and states",
  fix: `${BY_SOMEBODY}: remove the default retention (aws s3api put-object-lock-configuration, without a Rule), or accept it. docs/reference/checks.md says what it does to locks.`,
  run: (_expected, { objectLock }) => judge(objectLock, (found) => found !== undefined && retentionText(found)),
  applies: isSynthesized,
};

/** Returns what a default retention does to states and locks; false if there is none. */
export function retentionText({ retention }: ObjectLock): string | false {
  if (retention === undefined) return false;
  const { mode, days } = retention;
  const period = `${String(days)} ${days === 1 ? "day" : "days"}`;
  const but = mode === "GOVERNANCE" ? "only s3:BypassGovernanceRetention deletes" : "nobody deletes";
  return `Object Lock (${mode}) keeps each version of a state or lock for ${period}: ${but} one earlier, and S3 trims no history earlier. A lock is still released, by a delete marker`;
}

/** Passes if the bucket or its policy refuses SSE-C: the default AWS provider cannot set the bucket's own refusal. */
export const SSE_C_CHECK: Check<Posture> = {
  code: "sse-c",
  title: "nobody can write with a key of their own (SSE-C)",
  fix: `Run \`statelock bootstrap\`: its guard refuses SSE-C. The bucket can refuse it too: aws s3api put-bucket-encryption, with BlockedEncryptionTypes.`,
  run: (expected, { encryption, guard }) => {
    const refusing = expected.guard.Statement.filter(({ Sid }) => Sid === "DenySseC");
    const isBlocked = judge(encryption, (found) => found?.blocked?.includes("SSE-C") !== true && "it is not blocked");
    if (isPass(isBlocked) || refusing.length === 0) return isBlocked;
    const isDenied = judge(guard, (policy) => {
      const lacks = policyDifferences({ ...expected.guard, Statement: refusing }, policy?.Statement, {
        foreign: false,
      });
      return (
        lacks.length > 0 &&
        "neither the bucket nor its policy refuses SSE-C, which hides states from all but the writer"
      );
    });
    return "unreadable" in isBlocked && !isPass(isDenied) ? isBlocked : isDenied;
  },
  applies: isSynthesized,
};

function isPass(outcome: Reading<string>): boolean {
  return "value" in outcome && outcome.value === undefined;
}

/** Checks of the settings that only somebody's hand can have made. */
export const HANDMADE_CHECKS = [abac, metadataTables, inventories, objectLock] as const;
