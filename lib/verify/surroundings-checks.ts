import { shown } from "../problem/problem";
import { BY_HAND, isSynthesized, judge, type Check } from "./check";
import { policyDifferences } from "./compare-policy";
import type { Reading } from "./posture";
import type { KeyPosture, Surroundings } from "./surroundings";

const DEPLOY = "Run `statelock bootstrap`: it shows the difference and puts it right.";
const UNKNOWN_TO_CONFIG =
  "Find out who set it up (CloudTrail). Terraform does not manage it: take it away by hand, or live with it.";

const presence: Check<Surroundings> = {
  code: "presence",
  title: "the bucket exists and is ours",
  fix: "Check the name and the account; `statelock bootstrap` creates it.",
  byHand: { title: "the bucket exists", fix: "Check the name, the region and the account." },
  run: (_expected, { presence }) => judge(presence, (found) => found === "absent" && "there is no such bucket"),
};

const region: Check<Surroundings> = {
  code: "region",
  title: "the bucket is in its region",
  fix: "A bucket cannot move: correct bucket.region, or make another bucket and migrate.",
  byHand: { fix: "Correct --region, or AWS_REGION." },
  run: ({ bucket }, { region }) =>
    judge(region, (found) => found !== bucket.region && `it is in ${shown(found)}, not ${bucket.region ?? "?"}`),
  applies: ({ bucket }) => bucket.region !== undefined,
};

const keyState: Check<Surroundings> = {
  code: "key-state",
  title: "the key can be used",
  fix: "A key that waits for its deletion can still be saved: aws kms cancel-key-deletion, then enable-key. Without it no state can be read again.",
  run: (_expected, { key }) =>
    judge(key, (found) => found !== undefined && found.state !== "Enabled" && `the key ${found.arn} is ${found.state}`),
  applies: ({ bucket }) => bucket.encryption?.type !== "sse-s3",
};

const keyAlias: Check<Surroundings> = {
  code: "key-alias",
  title: "the default key is the one of the alias",
  fix: DEPLOY,
  run: ({ bucket }, { key }) =>
    ofKey(key, ({ aliases, arn }) =>
      judge(aliases, (names) => {
        const alias = bucket.encryption?.alias ?? "";
        return names?.includes(alias) !== true && `the alias ${alias} does not belong to the default key ${arn}`;
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
        return found !== undefined && `they go to ${shown(found.bucket)}, and the config knows of none`;
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
  title: "states are copied nowhere else",
  fix: UNKNOWN_TO_CONFIG,
  byHand: { fix: `${BY_HAND}, or see that nobody reads states there who may not read them here.` },
  run: (_expected, { replicas }) =>
    judge(
      replicas,
      (found) => found !== undefined && found.length > 0 && `they are copied to ${found.map(shown).join(", ")}`,
    ),
};

/** A bucket that nobody synthesized may tell EventBridge, which is told by whoever owns the account. */
const notifications: Check<Surroundings> = {
  code: "notifications",
  title: "events go where the config says, and nowhere else",
  fix: "EventBridge is bucket.eventBridge in the config; `statelock bootstrap` then puts the bucket right. For another target find out who set it up (CloudTrail), and take it away by hand.",
  byHand: {
    title: "no SNS, SQS or Lambda target gets the bucket's events",
    fix: `${BY_HAND}: take the target away, or live with it.`,
  },
  run: (expected, { notifications }) =>
    judge(notifications, (found) => {
      const wanted = expected.bucket.eventBridge === true;
      const told = found?.eventBridge === true;
      const strays = [
        ...(found?.targets ?? []),
        ...(told && !wanted && isSynthesized(expected) ? ["EventBridge"] : []),
      ];
      if (strays.length > 0) return `events go to ${strays.map(shown).join(", ")}`;
      return wanted && !told && "EventBridge is not told, and the config says that it is";
    }),
};

/** Where the bucket is, its key, and what else AWS does with what is in it. */
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
