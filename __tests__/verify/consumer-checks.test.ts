import { buildInventory } from "../../lib/inventory/build-inventory";
import { consumerFindings, declaredDefault, type ConsumerPosture } from "../../lib/verify/consumer-checks";
import { home, KEY_ARN, OTHER_KEY_ARN } from "../support/home";

const good: ConsumerPosture = {
  state: { value: { algorithm: "AES256", keyArn: undefined } },
  history: { value: 3 },
  locks: { value: [] },
};

function findings(posture: Partial<ConsumerPosture>, keyArn?: string): string[] {
  const encryption = keyArn === undefined ? ({ type: "sse-s3" } as const) : ({ type: "existing-key", keyArn } as const);
  const { consumers, bucket } = buildInventory(home({ bucket: { encryption } }));
  const [consumer] = consumers;
  if (consumer === undefined) throw new Error("there is no consumer");
  return consumerFindings(consumer, { ...good, ...posture }, declaredDefault(bucket.encryption, { value: undefined }))
    .filter(({ result }) => result !== "pass")
    .map(({ code, result, reason }) => `${code} ${result}: ${reason}`);
}

test("a state that is as declared, and one that is not there yet, are fine", () => {
  expect(findings({})).toEqual([]);
  expect(findings({ state: { value: undefined }, history: { value: undefined } })).toEqual([]);
  expect(findings({ state: { value: { algorithm: "aws:kms", keyArn: KEY_ARN } } }, KEY_ARN)).toEqual([]);
});

test.each<[Partial<ConsumerPosture>, string | undefined, string]>([
  [
    { state: { value: { algorithm: "aws:kms", keyArn: KEY_ARN } } },
    undefined,
    "state-encryption fail: it is encrypted with aws:kms, not AES256",
  ],
  [{}, KEY_ARN, "state-encryption fail: it is encrypted with AES256, not aws:kms"],
  [
    { state: { value: { algorithm: "aws:kms", keyArn: OTHER_KEY_ARN } } },
    KEY_ARN,
    `state-encryption fail: its key is ${OTHER_KEY_ARN}, not ${KEY_ARN}`,
  ],
  [
    { history: { value: 0 } },
    undefined,
    "state-history fail: no version of it has an id: versioning was off when it was written",
  ],
  [{ history: { unreadable: "403 AccessDenied" } }, undefined, "state-history unknown: 403 AccessDenied"],
  [{ locks: { unreadable: "403 AccessDenied" } }, undefined, "stale-locks unknown: 403 AccessDenied"],
])("%j with key %s is not", (posture, keyArn, expected) => {
  expect(findings(posture, keyArn)).toEqual([expected]);
});

test("a key that is known by its alias is the one that has the alias now", () => {
  const posture = { arn: KEY_ARN, state: "Enabled", rotates: { value: true }, policy: { value: [] } };
  const encryption = { type: "created-key", alias: "alias/acme" } as const;
  expect(declaredDefault(encryption, { value: { ...posture, aliases: ["alias/acme"] } }).keyArn).toBe(KEY_ARN);
  expect(declaredDefault(encryption, { value: { ...posture, aliases: ["alias/other"] } }).keyArn).toBeUndefined();
});
