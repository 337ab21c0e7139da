import { shown } from "../problem/problem";
import { policyDifferences } from "./compare-policy";
import type { Reading } from "./posture";
import { BY_HAND, isSynthesized, judge, type Check } from "./run-checks";
import type { KeyPosture, Surroundings } from "./surroundings";

const DEPLOY = "Run `statelock bootstrap`: it shows the difference and corrects it.";
const UNKNOWN_TO_CONFIG =
  "Find out who set it up (CloudTrail). The bootstrap stack does not manage it: remove it by hand, or accept it.";

const presence: Check<Surroundings> = {
  code: "presence",
  title: "the bucket exists and belongs to you",
  fix: "Check the name and the account. `statelock bootstrap` creates the bucket.",
  byHand: { title: "the bucket exists", fix: "Check the name, the region and the account." },
  run: (_expected, { presence }) =>
    "value" in presence && presence.value === "anybody's"
      ? { unreadable: "the bucket exists, and this store ignores the expected owner of a request", notApplicable: true }
      : judge(presence, (found) => found === "absent" && "the bucket does not exist"),
};

const region: Check<Surroundings> = {
  code: "region",
  title: "the bucket is in its region",
  fix: "A bucket cannot move. Correct bucket.region, or create another bucket and migrate.",
  byHand: { fix: "Correct --region or AWS_REGION." },
  run: ({ bucket }, { region }) =>
    judge(region, (found) => found !== bucket.region && `it is in ${shown(found)}, not ${bucket.region ?? "?"}`),
  applies: ({ bucket }) => bucket.region !== undefined,
};

const keyState: Check<Surroundings> = {
  code: "key-state",
  title: "the key can be used",
  fix: "If the key is pending deletion, save it now: aws kms cancel-key-deletion, then enable-key. Without the key nobody can read a state again.",
  run: (_expected, { key }) =>
    judge(key, (found) => found !== undefined && found.state !== "Enabled" && `the key ${found.arn} is ${found.state}`),
  applies: ({ bucket }) => bucket.encryption?.type !== "sse-s3",
};

const keyAlias: Check<Surroundings> = {
  code: "key-alias",
  title: "the alias points to the default key",
  fix: DEPLOY,
  run: ({ bucket }, { key }) =>
    ofKey(key, ({ aliases, arn }) =>
      judge(aliases, (names) => {
        const alias = bucket.encryption?.alias ?? "";
        return names?.includes(alias) !== true && `the alias ${alias} does not point to the default key ${arn}`;
      }),
    ),
  applies: ({ bucket }) => bucket.encryption?.type === "created-key" && bucket.encryption.alias !== undefined,
};

const keyRotation: Check<Surroundings> = {
  code: "key-rotation",
  title: "the key rotates",
  fix: DEPLOY,
  run: (_expected, { key }) =>
    ofKey(key, ({ rotates }) => judge(rotates, (on) => on !== true && "yearly rotation is off")),
  applies: ({ bucket }) => bucket.encryption?.type === "created-key",
};

const keyPolicyCheck: Check<Surroundings> = {
  code: "key-policy",
  title: "the key's policy is as synthesized",
  fix: `Find out who changed it (CloudTrail: PutKeyPolicy). ${DEPLOY}`,
  run: ({ keyPolicy }, { key }) =>
    ofKey(key, ({ policy }) =>
      judge(policy, (statements) => {
        const differences = keyPolicy && policyDifferences(keyPolicy, statements, { foreign: true });
        return differences !== undefined && differences.length > 0 && `it ${differences.join("; ")}`;
      }),
    ),
  applies: ({ keyPolicy }) => keyPolicy !== undefined,
};

const logs: Check<Surroundings> = {
  code: "logs",
  title: "access logs go where they should",
  fix: DEPLOY,
  run: ({ bucket }, { logs }) =>
    judge(logs, (found) => {
      const { accessLogs } = bucket;
      if (accessLogs === undefined)
        return found !== undefined && `they go to ${shown(found.bucket)}, but the config has no access logs`;
      if (found === undefined) return "they are off";
      const same = found.bucket === accessLogs.bucket && found.prefix === accessLogs.prefix;
      return (
        !same && `they go to ${shown(`${found.bucket}/${found.prefix}`)}, not ${accessLogs.bucket}/${accessLogs.prefix}`
      );
    }),
  applies: isSynthesized,
};

const replication: Check<Surroundings> = {
  code: "replication",
  title: "S3 copies states to no other bucket",
  fix: UNKNOWN_TO_CONFIG,
  byHand: { fix: `${BY_HAND}, or make sure that only readers of this bucket can read the copies.` },
  run: (_expected, { replicas }) =>
    judge(
      replicas,
      (found) => found !== undefined && found.length > 0 && `S3 copies them to ${found.map(shown).join(", ")}`,
    ),
};

/** A bucket without a config may send events to EventBridge: the account owner decides that. */
const notifications: Check<Surroundings> = {
  code: "notifications",
  title: "events go only where the config sends them",
  fix: "For EventBridge, set bucket.eventBridge in the config and run `statelock bootstrap`. For another target, find out who set it up (CloudTrail), and remove it by hand.",
  byHand: {
    title: "the bucket sends no events to SNS, SQS or Lambda",
    fix: `${BY_HAND}: remove the target, or accept it.`,
  },
  run: (expected, { notifications }) =>
    judge(notifications, (found) => {
      const wanted = expected.bucket.eventBridge === true;
      const sends = found?.eventBridge === true;
      const strays = [
        ...(found?.targets ?? []),
        ...(sends && !wanted && isSynthesized(expected) ? ["EventBridge"] : []),
      ];
      if (strays.length > 0) return `events go to ${strays.map(shown).join(", ")}`;
      return wanted && !sends && "EventBridge gets no events, but the config turns it on";
    }),
};

/** Checks of where the bucket is, its key, its logs, copies and events. */
export const SURROUNDINGS_CHECKS = [
  presence,
  region,
  keyState,
  keyAlias,
  keyRotation,
  keyPolicyCheck,
  logs,
  replication,
  notifications,
] as const;

function ofKey(key: Reading<KeyPosture>, run: (key: KeyPosture) => Reading<string>): Reading<string> {
  if ("unreadable" in key) return key;
  return key.value === undefined ? { value: "the bucket has no key of its own" } : run(key.value);
}
