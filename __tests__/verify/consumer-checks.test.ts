import type { LockReport } from "../../lib/lock/lock-report";
import { papersOf } from "../../lib/home/papers";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import {
  checkConsumer,
  defaultEncryption,
  type ConsumerPosture,
  type StatePosture,
  checkOtherLocks,
} from "../../lib/verify/consumer-checks";
import { PROBE_PREFIX } from "../../lib/state/state-keys";
import { home, KEY_ARN, OTHER_KEY_ARN } from "../support/home";

const SSE_S3 = { algorithm: "AES256", keyArn: undefined };
const STATE: StatePosture = { workspace: undefined, encryption: { value: SSE_S3 }, history: { value: 3 } };
const good: ConsumerPosture = { states: [STATE], locks: { value: [] } };

/** A consumer with one state that is so. */
function state(part: Partial<StatePosture>): Partial<ConsumerPosture> {
  return { states: [{ ...STATE, ...part }] };
}

function findings(posture: Partial<ConsumerPosture>, keyArn?: string): string[] {
  const encryption = keyArn === undefined ? ({ type: "sse-s3" } as const) : ({ type: "existing-key", keyArn } as const);
  const { consumers, bucket } = buildInventory(papersOf(home({ bucket: { encryption } })));
  const [consumer] = consumers;
  if (consumer === undefined) throw new Error("there is no consumer");
  return checkConsumer(consumer, { ...good, ...posture }, defaultEncryption(bucket.encryption, { value: undefined }))
    .filter(({ result }) => result !== "pass")
    .map(({ code, result, reason }) => `${code} ${result}: ${reason}`);
}

it("a state that is as declared, and one that is not there yet, are fine", () => {
  expect(findings({})).toEqual([]);
  expect(findings(state({ encryption: { value: undefined }, history: { value: undefined } }))).toEqual([]);
  expect(findings(state({ encryption: { value: { algorithm: "aws:kms", keyArn: KEY_ARN } } }), KEY_ARN)).toEqual([]);
});

it.each<[Partial<ConsumerPosture>, string | undefined, string]>([
  [
    state({ encryption: { value: { algorithm: "aws:kms", keyArn: KEY_ARN } } }),
    undefined,
    "state-encryption fail: S3 encrypts it with aws:kms, not AES256",
  ],
  [{}, KEY_ARN, "state-encryption fail: S3 encrypts it with AES256, not aws:kms"],
  [
    state({ encryption: { value: { algorithm: "aws:kms", keyArn: OTHER_KEY_ARN } } }),
    KEY_ARN,
    `state-encryption fail: its key is ${OTHER_KEY_ARN}, not ${KEY_ARN}`,
  ],
  [
    state({ history: { value: 0 } }),
    undefined,
    "state-history fail: none of its versions has an id, because versioning was off at the last write",
  ],
  [state({ history: { unreadable: "403 AccessDenied" } }), undefined, "state-history unknown: 403 AccessDenied"],
  [{ locks: { unreadable: "403 AccessDenied" } }, undefined, "stale-locks unknown: 403 AccessDenied"],
  [state({ digest: { value: "b/app-md5" } }), undefined, "left-digest fail: the item b/app-md5 is still there"],
  [state({ digest: { unreadable: "403" } }), undefined, "left-digest unknown: 403"],
  [
    {
      states: [
        STATE,
        { ...STATE, workspace: "dev", history: { value: 0 } },
        { ...STATE, history: { unreadable: "no" } },
      ],
    },
    undefined,
    "state-history fail: workspace dev: none of its versions has an id, because versioning was off at the last write",
  ],
])("%j with key %s is not", (posture, keyArn, expected) => {
  expect(findings(posture, keyArn)).toEqual([expected]);
});

it("states of workspaces that could not be listed may be anything", () => {
  expect(findings({ workspacesUnreadable: { unreadable: "403" } })).toEqual([
    "state-encryption unknown: 403",
    "state-history unknown: 403",
  ]);
});

it("a digest is looked for only in a table that the consumer has left", () => {
  expect(findings(state({ digest: { value: undefined } }))).toEqual([]);
  expect(findings(state({ digest: undefined }))).toEqual([]);
});

it("names the first of many wrong states", () => {
  const states = ["a", "b", "c", "d", "e", "f", "g"].map((workspace) => ({
    ...STATE,
    workspace,
    history: { value: 0 },
  }));
  expect(findings({ states }).join()).toMatch(/workspace e: [^;]*; and 2 more$/);
});

it("a key that is known by its alias is the one that has the alias now", () => {
  const posture = { arn: KEY_ARN, state: "Enabled", rotates: { value: true }, policy: { value: [] } };
  const encryption = { type: "created-key", alias: "alias/acme" } as const;
  expect(defaultEncryption(encryption, { value: { ...posture, aliases: { value: ["alias/acme"] } } }).keyArn).toBe(
    KEY_ARN,
  );
  expect(
    defaultEncryption(encryption, { value: { ...posture, aliases: { value: ["alias/other"] } } }).keyArn,
  ).toBeUndefined();
});

it("does not judge the key if nothing says which key is right", () => {
  const encryption = { type: "created-key", alias: "alias/acme" } as const;
  const posture = { arn: KEY_ARN, state: "Enabled", rotates: { value: true }, policy: { value: [] } };
  const unknown = { unreadable: "403 AccessDenied" };
  const [consumer] = buildInventory(papersOf(home({ bucket: { encryption } }))).consumers;
  if (consumer === undefined) throw new Error("there is no consumer");
  for (const key of [unknown, { value: { ...posture, aliases: unknown } }]) {
    const wanted = defaultEncryption(encryption, key);
    const found = (algorithm: string): unknown =>
      checkConsumer(
        consumer,
        { ...good, ...state({ encryption: { value: { algorithm, keyArn: KEY_ARN } } }) },
        wanted,
      )[0];
    expect(found("aws:kms")).toMatchObject({ code: "state-encryption", result: "unknown", reason: "403 AccessDenied" });
    expect(found("AES256")).toMatchObject({ code: "state-encryption", result: "fail" });
  }
});

it("a probe that a killed verify left is no stale lock of a state", () => {
  const lock = (stateKey: string): LockReport => ({ stateKey, verdict: "suspect", reason: "old" }) as LockReport;
  const result = (key: string): string => checkOtherLocks({ value: [lock(key)] }).result;
  expect([result(`${PROBE_PREFIX}1`), result("app")]).toEqual(["pass", "fail"]);
});
