import { buildInventory } from "../../lib/artifacts/build-inventory";
import { papersOf } from "../../lib/home/papers";
import { listOf } from "../../lib/policy/policy-document";
import type { LifecycleRule, Posture } from "../../lib/verify/posture";
import { checkPosture } from "../../lib/verify/posture-checks";
import { home, KEY_ARN, type ConfigPart } from "../support/home";

const RULE: LifecycleRule = {
  id: "trim-history",
  enabled: true,
  expiresCurrent: false,
  noncurrentDays: 90,
  newestVersions: 100,
};
const flags = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
const GOOD: Posture = {
  versioning: { value: "Enabled" },
  encryption: { value: { algorithm: "AES256", keyArn: undefined, bucketKey: false } },
  publicAccess: { value: flags },
  ownership: { value: "BucketOwnerEnforced" },
  guard: { value: papersOf(home()).guard },
  lifecycle: { value: [RULE] },
};

/** A line for each check that does not pass. */
function findings(change: Partial<Posture>, part: ConfigPart = {}): string[] {
  const made = home(part);
  const guard = papersOf(made).guard;
  return checkPosture(
    { bucket: buildInventory(papersOf(made)).bucket, guard },
    { ...GOOD, guard: { value: guard }, ...change },
  )
    .filter(({ result }) => result !== "pass")
    .map(({ code, result, reason }) => `${code} ${result}: ${reason}`);
}

const WITH_KEY: ConfigPart = { bucket: { encryption: { type: "existing-key", keyArn: KEY_ARN } } };
const withKey = { algorithm: "aws:kms", keyArn: KEY_ARN, bucketKey: true };
/** The guard as AWS may return it: statements, keys and lists in another order. */
const turned = papersOf(home()).guard.Statement.map((statement) => {
  const { Action, Resource } = statement;
  const resources = Resource === undefined ? {} : { Resource: [...listOf(Resource)].reverse() };
  const reordered = { ...statement, Action: [...listOf(Action)].reverse(), ...resources };
  return Object.fromEntries(Object.entries(reordered).reverse()) as unknown as typeof statement;
});

it.each<[string, Partial<Posture>, ConfigPart?]>([
  ["synthesized", {}],
  ["synthesized with a key", { encryption: { value: withKey } }, WITH_KEY],
  [
    "synthesized, with a disabled rule that would expire objects",
    { lifecycle: { value: [RULE, { ...RULE, enabled: false, expiresCurrent: true }] } },
  ],
  [
    "synthesized, with a guard that AWS returns in another order",
    { guard: { value: { Statement: turned.reverse() } } },
  ],
])("passes as %s", (_case, posture, part = {}) => {
  expect(findings(posture, part)).toEqual([]);
});

describe("a home whose locks are tagged", () => {
  const part: ConfigPart = { engine: "tofu", consumers: [{ name: "app", lockTags: { object: "lock" } }] };
  const ofLocks = { ...RULE, id: "trim-locks-1", noncurrentDays: 7, newestVersions: 10, tags: { object: "lock" } };
  const found = (...rules: readonly LifecycleRule[]): string[] => findings({ lifecycle: { value: rules } }, part);

  it("has a rule for them beside the rule for everything", () => {
    expect(found(RULE, ofLocks)).toEqual([]);
    expect(found(RULE)).toEqual([
      'lifecycle fail: no rule trims the versions of locks with the tags {"object":"lock"}',
    ]);
    expect(found({ ...RULE, tags: { object: "lock" } }, ofLocks)).toEqual([
      "lifecycle fail: no rule keeps 90 days and the 100 newest versions",
    ]);
  });

  it("has no rule that trims anything else so early", () => {
    const others: NonNullable<LifecycleRule["tags"]>[] = [{ object: "state" }, { team: "a" }, {}];
    for (const tags of others)
      expect(found(RULE, ofLocks, { ...ofLocks, id: "x", tags })).toEqual([
        'lifecycle fail: rule "x" trims history earlier than configured',
      ]);
    expect(found(RULE, { ...ofLocks, noncurrentDays: 6 })).toEqual([
      'lifecycle fail: rule "trim-locks-1" trims history earlier than configured',
    ]);
  });
});

it.each<[Partial<Posture>, string, ConfigPart?]>([
  [{ versioning: { value: "Suspended" } }, 'versioning fail: versioning is "Suspended"'],
  [{ versioning: { value: undefined } }, 'versioning fail: versioning is "never turned on"'],
  [{ encryption: { value: undefined } }, 'encryption fail: the default is "none", not AES256'],
  [{}, 'encryption fail: the default is "AES256", not aws:kms', WITH_KEY],
  [
    { encryption: { value: { ...withKey, bucketKey: false } } },
    "encryption fail: the bucket key is off, so every request calls KMS",
    WITH_KEY,
  ],
  [
    { encryption: { value: { ...withKey, keyArn: "other" } } },
    `encryption fail: the key is "other", not ${KEY_ARN}`,
    WITH_KEY,
  ],
  [{ ownership: { value: "ObjectWriter" } }, 'ownership fail: object ownership is "ObjectWriter"'],
  [
    { guard: { value: undefined } },
    `guard fail: the bucket policy lacks ${papersOf(home())
      .guard.Statement.map(({ Sid }) => Sid)
      .join(", ")}`,
  ],
  [
    { guard: { value: { Id: "statelock-guard-1", Statement: turned } } },
    "guard fail: the bucket policy is the guard of version 1, and this Statelock writes version 2",
  ],
  [
    { guard: { value: { Statement: turned.filter(({ Sid }) => Sid !== "DenyArchiving") } } },
    "guard fail: the bucket policy is the guard of version 1, and this Statelock writes version 2; lacks DenyArchiving",
  ],
  [{ guard: { unreadable: "403 AccessDenied" } }, "guard unknown: 403 AccessDenied"],
  [{ lifecycle: { value: undefined } }, "lifecycle fail: no rule keeps 90 days and the 100 newest versions"],
  [
    { lifecycle: { value: [{ ...RULE, enabled: false }] } },
    "lifecycle fail: no rule keeps 90 days and the 100 newest versions",
  ],
  [
    { lifecycle: { value: [{ ...RULE, noncurrentDays: 3 }] } },
    'lifecycle fail: rule "trim-history" trims history earlier than configured',
  ],
  [
    { lifecycle: { value: [RULE, { ...RULE, id: "old", expiresCurrent: true }] } },
    'lifecycle fail: rule "old" expires current objects, so S3 would delete states',
  ],
  [{ publicAccess: { value: { ...flags, BlockPublicAcls: false } } }, "public-access fail: BlockPublicAcls is off"],
  [
    { publicAccess: { value: undefined } },
    "public-access fail: BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets are off",
  ],
])("does not pass with %j", (change, expected, part = {}) => {
  expect(findings(change, part)).toEqual([expected]);
});

describe("a bucket without a config", () => {
  const expected = { bucket: { name: "b" }, guard: papersOf(home()).guard, synthesized: false };

  it("gets titles and next steps that do not assume a config", () => {
    const nothing = { value: undefined };
    const found = checkPosture(expected, {
      ...GOOD,
      encryption: nothing,
      guard: nothing,
      lifecycle: { value: [{ ...RULE, expiresCurrent: true }] },
    });
    expect(found.map(({ title, result }) => `${title}: ${result}`)).toEqual([
      "versioning is on: pass",
      "objects are encrypted by default: fail",
      "all public access is blocked: pass",
      "ACLs are off: pass",
      "the bucket policy refuses plain HTTP: fail",
      "no current object expires or is archived: fail",
    ]);
    expect(found.map(({ fix }) => fix).join("\n")).not.toMatch(/bootstrap|CloudTrail/);
  });

  it("passes without a lifecycle", () => {
    const found = checkPosture(expected, { ...GOOD, lifecycle: { value: undefined } });
    expect(found.at(-1)).toMatchObject({ code: "lifecycle", result: "pass" });
  });
});
