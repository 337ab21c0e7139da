import type { StateHome } from "../../lib/config/state-home";
import { papersOf } from "../../lib/home/papers";
import { guardGaps } from "../../lib/home/home-guard";
import type { StateConfig } from "../../lib/config/state-config";
import { listOf } from "../../lib/policy/policy-document";
import { home, KEY_ARN, OTHER_KEY_ARN, role, type ConfigPart, guardScopeOf, keyPolicyOf } from "../support/home";

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

it("what is left open is said, with what closes it", () => {
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

it("a state whose key continues after a lock's suffix can be written, and the gap is named", () => {
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
