import type { StateHome } from "../../lib/config/state-home";
import { papersOf } from "../../lib/home/papers";
import { guardGaps } from "../../lib/home/home-guard";
import type { StateConfig } from "../../lib/config/state-config";
import { policyProblems } from "../../lib/home/policy-problems";
import { listOf } from "../../lib/policy/policy-document";
import { policySize, SIZE_LIMITS } from "../../lib/policy/size-limits";
import {
  home,
  KEY_ARN,
  OTHER_KEY_ARN,
  places,
  role,
  type ConfigPart,
  guardScopeOf,
  keyPolicyOf,
} from "../support/home";

const external = "arn:aws:iam::222222222222:role/ci";
const consumers: StateConfig["consumers"] = [
  {
    name: "app",
    workspaceKeyPrefix: "app/ws",
    access: { "workspace-admin": [role("admin")], unlocker: [role("on-call")], applier: [external] },
  },
  { name: "net", kmsKeyArn: OTHER_KEY_ARN, access: { reader: [external], unlocker: [role("on-call")] } },
];
const guard = { accounts: ["222222222222"] };

it("the guard knows the admins' workspaces, the unlockers and every key of the config", () => {
  const scope = guardScopeOf(
    home({ consumers, bucket: { guard, encryption: { type: "existing-key", keyArn: KEY_ARN } } }),
  );
  expect(scope).toMatchObject({
    account: "123456789012",
    workspaceAdmins: [{ role: role("admin"), states: ["app/ws/*/app/terraform.tfstate"] }],
    unlockers: [role("on-call")],
    encryption: { sseS3: false, kmsKeys: [KEY_ARN, OTHER_KEY_ARN] },
    bootstrapKey: "bootstrap/terraform.tfstate",
  });
  expect(scope.external.map(({ roles }) => roles)).toEqual([[external], [external]]);
});

it("where only the alias of a created key is known, any key of the account is accepted", () => {
  const of = (part: ConfigPart["bucket"]): unknown => guardScopeOf(home({ bucket: part ?? {} })).encryption;
  expect(of({ encryption: { type: "created-key" } })).toEqual({
    sseS3: false,
    kmsKeys: ["arn:aws:kms:eu-central-1:123456789012:key/*"],
  });
  expect(of({ encryption: { type: "created-key", keyArn: KEY_ARN } })).toEqual({ sseS3: false, kmsKeys: [KEY_ARN] });
  expect(of({})).toEqual({ sseS3: true, kmsKeys: [] });
});

it("a role of another account is in the guard and in no attachment", () => {
  const of = home({ consumers, bucket: { guard } });
  expect(JSON.stringify(papersOf(of).guard)).toContain(external);
  const attached = papersOf(of).consumers.flatMap(({ managed }) => managed.flatMap(({ roles }) => roles));
  expect(attached).not.toContain(external);
  expect(attached).toContain(role("admin"));
});

it("is let into a created key's policy where its consumer uses that key, and nowhere else", () => {
  const of = home({ consumers, bucket: { guard, encryption: { type: "created-key" } } });
  const allowing = keyPolicyOf(of).Statement.filter(({ Sid }) => Sid.startsWith("External"));
  expect(allowing.map(({ Sid, Action }) => `${Sid} ${listOf(Action).join(" ")}`)).toEqual([
    "ExternalWrite kms:Decrypt kms:GenerateDataKey",
  ]);
});

it("names each gap, with the setting that closes it", () => {
  expect(guardGaps(home())).toEqual(["history and posture are not guarded: name bucket.guard.deployers"]);
  expect(guardGaps(home({ bucket: { guard: { deployers: [role("a")] } } }))).toEqual([]);
  expect(guardGaps(home({ bucket: { guard: { deployers: [role("a")], allow: ["any-encryption"] } } }))).toEqual([
    "bucket.guard.allow lets any-encryption pass",
  ]);
  const network = { vpcs: ["vpc-01234567"] };
  expect(guardGaps(home({ bucket: { guard: { deployers: [role("a")], network } } }))).toEqual([
    "deployers and break-glass pass bucket.guard.network from everywhere",
  ]);
});

it("a state whose key continues after a lock's suffix can be written, and guard_gaps names it", () => {
  const denied = (of: StateHome): boolean =>
    papersOf(of).guard.Statement.some(({ Sid }) => Sid === "DenyLockLookalikes");
  expect(denied(home())).toBe(true);
  for (const consumer of [{ key: "a.tflock/b" }, { workspaceKeyPrefix: "a.tflock" }]) {
    const of = home({ consumers: [{ name: "app", ...consumer }], bucket: { guard: { deployers: [role("a")] } } });
    expect(denied(of)).toBe(false);
    expect(guardGaps(of)).toEqual([
      expect.stringMatching(/^keys that continue after \.tflock may be written: a\.tflock/),
    ]);
  }
});

it("one role of 400 accounts fits in the guard and in the key policy, and roles of different names do not", () => {
  const accounts = Array.from({ length: 400 }, (_, index) => String(300_000_000_000 + index));
  const consumers = accounts.map((account) => ({
    name: `app-${account}`,
    key: `${account}/terraform.tfstate`,
    access: { applier: [`arn:aws:iam::${account}:role/terraform`] },
  }));
  const organization = "o-abcde12345";
  const organizationRole = { name: "terraform", paths: ["o-abcde12345/r-ab12/*"] };
  const bucket = { encryption: { type: "created-key" }, guard: { deployers: [role("a")], organization } } as const;
  const of = home({
    consumers,
    bucket: { ...bucket, guard: { ...bucket.guard, organizationRole } },
    managedPolicies: "attached",
  });
  const { guard, keyPolicy } = papersOf(of);
  expect(policyProblems(papersOf(of))).toEqual([]);
  expect(policySize(guard)).toBeLessThan(SIZE_LIMITS.bucketPolicy / 3);
  expect(keyPolicy && policySize(keyPolicy)).toBeLessThan(SIZE_LIMITS.keyPolicy / 8);
  const named = home({
    consumers,
    bucket: { ...bucket, guard: { ...bucket.guard, accounts } },
    managedPolicies: "attached",
  });
  expect(places(policyProblems(papersOf(named)))).toContain("policy-size guard");
});
