import { papersOf } from "../../lib/home/papers";
import { resolveStateHome } from "../../lib/home/resolve-home";
import type { StateConfig } from "../../lib/config/state-config";
import { buildInventory } from "../../lib/artifacts/build-inventory";
import { listOf } from "../../lib/policy/policy-document";
import { checkPosture } from "../../lib/verify/posture-checks";
import type { LifecycleRule, Posture } from "../../lib/verify/posture";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555";
const BUCKET = { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" };
const RULE: LifecycleRule = {
  id: "trim-history",
  enabled: true,
  expiresCurrent: false,
  noncurrentDays: 90,
  newestVersions: 100,
};

/** What is not fine about a posture, a line for each check. */
function findings(change: Partial<Posture>, config: Partial<StateConfig["bucket"]> = {}): string[] {
  const home = resolveStateHome({ bucket: { ...BUCKET, ...config }, consumers: [] });
  const guard = papersOf(home).guard;
  const good: Posture = {
    versioning: { value: "Enabled" },
    encryption: { value: { algorithm: "AES256", keyArn: undefined, bucketKey: false } },
    publicAccess: {
      value: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    },
    ownership: { value: "BucketOwnerEnforced" },
    guard: { value: guard },
    lifecycle: { value: [RULE] },
  };
  return checkPosture({ bucket: buildInventory(papersOf(home)).bucket, guard }, { ...good, ...change })
    .filter((finding) => finding.result !== "pass")
    .map(({ code, result, reason }) => `${code} ${result}: ${reason}`);
}

describe("the posture of a bucket", () => {
  it("is fine when it is as synthesized", () => {
    expect(findings({})).toEqual([]);
  });

  it.each<[Partial<Posture>, string]>([
    [{ versioning: { value: "Suspended" } }, 'versioning fail: versioning is "Suspended"'],
    [{ versioning: { value: undefined } }, 'versioning fail: versioning is "never turned on"'],
    [{ encryption: { value: undefined } }, 'encryption fail: the default is "none", not AES256'],
    [{ ownership: { value: "ObjectWriter" } }, 'ownership fail: object ownership is "ObjectWriter"'],
    [
      { guard: { value: undefined } },
      `guard fail: the bucket policy lacks ${papersOf(resolveStateHome({ bucket: BUCKET, consumers: [] }))
        .guard.Statement.map(({ Sid }) => Sid)
        .join(", ")}`,
    ],
    [{ lifecycle: { value: undefined } }, "lifecycle fail: no rule keeps 90 days and the 100 newest versions"],
    [
      { lifecycle: { value: [RULE, { ...RULE, id: "old", expiresCurrent: true }] } },
      'lifecycle fail: rule "old" expires current objects: states would vanish',
    ],
    [
      { lifecycle: { value: [{ ...RULE, enabled: false }] } },
      "lifecycle fail: no rule keeps 90 days and the 100 newest versions",
    ],
    [
      { publicAccess: { value: undefined } },
      "public-access fail: BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets are off",
    ],
  ])("is not fine with %j", (change, expected) => {
    expect(findings(change)).toEqual([expected]);
  });

  it("is unknown, never fine, where a setting cannot be read", () => {
    expect(findings({ guard: { unreadable: "403 AccessDenied" } })).toEqual(["guard unknown: 403 AccessDenied"]);
  });

  it("takes a disabled rule that would expire objects for what it is", () => {
    expect(findings({ lifecycle: { value: [RULE, { ...RULE, enabled: false, expiresCurrent: true }] } })).toEqual([]);
  });

  it("wants the configured key, behind a bucket key", () => {
    const encryption = { type: "existing-key", keyArn: KEY } as const;
    const actual = { algorithm: "aws:kms", keyArn: KEY, bucketKey: true };
    expect(findings({ encryption: { value: actual } }, { encryption })).toEqual([]);
    expect(findings({ encryption: { value: { ...actual, bucketKey: false } } }, { encryption })).toEqual([
      "encryption fail: the bucket key is off: every request would call KMS",
    ]);
    expect(findings({ encryption: { value: { ...actual, keyArn: "other" } } }, { encryption })).toEqual([
      `encryption fail: the key is "other", not ${KEY}`,
    ]);
    expect(findings({}, { encryption })).toEqual(['encryption fail: the default is "AES256", not aws:kms']);
  });

  it("knows a guard that AWS writes in another order", () => {
    const home = resolveStateHome({ bucket: BUCKET, consumers: [] });
    const turned = papersOf(home).guard.Statement.map((statement) => {
      const { Action, Resource } = statement;
      const resources = Resource === undefined ? {} : { Resource: [...listOf(Resource)].reverse() };
      const reordered = { ...statement, Action: [...listOf(Action)].reverse(), ...resources };
      return Object.fromEntries(Object.entries(reordered).reverse()) as unknown as typeof statement;
    });
    expect(findings({ guard: { value: { Statement: turned.reverse() } } })).toEqual([]);
  });
});

describe("the posture of a bucket that nobody synthesized", () => {
  const bad: Posture = {
    versioning: { value: "Suspended" },
    encryption: { value: undefined },
    publicAccess: { value: undefined },
    ownership: { value: "ObjectWriter" },
    guard: { value: undefined },
    lifecycle: { value: [{ ...RULE, expiresCurrent: true }] },
  };
  const expected = {
    bucket: { name: "b" },
    guard: papersOf(resolveStateHome({ bucket: BUCKET, consumers: [] })).guard,
  };

  it("has names that say what is judged there, and no next step that is about another bucket", () => {
    const found = checkPosture({ ...expected, synthesized: false }, bad);
    expect(found.map(({ title }) => title)).toEqual([
      "versioning is on",
      "objects are encrypted by default",
      "all public access is blocked",
      "ACLs are off",
      "the bucket policy refuses plain HTTP",
      "no current object ever expires or is archived",
    ]);
    expect(found.map(({ fix }) => fix).join("\n")).not.toMatch(/bootstrap|CloudTrail/);
  });

  it("is fine without a lifecycle", () => {
    const found = checkPosture({ ...expected, synthesized: false }, { ...bad, lifecycle: { value: undefined } });
    expect(found.at(-1)).toMatchObject({ code: "lifecycle", result: "pass" });
  });
});
