import { papersOf } from "../../lib/home/papers";
import type { ConsumerConfig } from "../../lib/config/state-config";
import type { StateHome } from "../../lib/config/state-home";
import { home, role, type ConfigPart, guardScopeOf, keyPolicyOf } from "../support/home";
import { GITHUB, jobs, people, SUBJECT } from "../support/roles";

function made(roles: ConsumerConfig["roles"] & object, part: ConfigPart = {}): StateHome {
  return home({ madeRoles: GITHUB, ...part, consumers: [{ name: "app", workspaceKeyPrefix: "app/ws", roles }] });
}
const ARN = role("statelock/acme-tfstate.app.applier");

it("no role is made without a word", () => {
  expect(home().consumers[0]?.madeRoles).toEqual([]);
});

it("a made role has a name that no other home of the account wants, and one hour", () => {
  expect(made({ applier: jobs() }).consumers[0]?.madeRoles).toMatchObject([
    { level: "applier", name: "acme-tfstate.app.applier", arn: ARN, maxSessionSeconds: 3600 },
  ]);
  const named = made({ applier: { ...jobs(), name: "ci", maxSessionSeconds: 7200 } });
  expect(named.consumers[0]?.madeRoles).toMatchObject([
    { name: "ci", arn: role("statelock/ci"), maxSessionSeconds: 7200 },
  ]);
});

it("has the boundary of all, or its own", () => {
  const all = "arn:aws:iam::aws:policy/PowerUserAccess";
  const own = "arn:aws:iam::123456789012:policy/own";
  const of = made(
    { planner: jobs(), applier: { ...jobs(), permissionsBoundary: own } },
    { madeRoles: { ...GITHUB, permissionsBoundary: all } },
  );
  expect(of.consumers[0]?.madeRoles.map(({ permissionsBoundary }) => permissionsBoundary)).toEqual([all, own]);
});

it("trusts whom the config names, in the partition of the bucket", () => {
  const china = made(
    { planner: jobs(), reader: people("arn:aws-cn:iam::222222222222:role/ci") },
    {
      bucket: { region: "cn-north-1" },
      madeRoles: {
        githubActions: {
          provider: "arn:aws-cn:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
        },
      },
    },
  );
  const [reader, planner] = china.consumers[0]?.madeRoles ?? [];
  expect(reader?.arn).toBe("arn:aws-cn:iam::123456789012:role/statelock/acme-tfstate.app.reader");
  expect(reader?.trust.Statement[0]?.Principal).toEqual({ AWS: "arn:aws-cn:iam::222222222222:root" });
  expect(planner?.trust.Statement[0]?.Condition).toEqual({
    StringEquals: {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com.cn",
      "token.actions.githubusercontent.com:sub": SUBJECT,
    },
  });
});

it("has its level's policy, beside those that were there", () => {
  const access = { applier: [role("ci")] };
  const of = home({ madeRoles: GITHUB, consumers: [{ name: "app", access, roles: { applier: jobs() } }] });
  const attached = papersOf(of).consumers.flatMap(({ managed }) => managed);
  expect(attached.flatMap(({ level, roles }) => roles.map((each) => `${level} ${each}`))).toEqual([
    `applier ${role("ci")}`,
    `applier ${ARN}`,
  ]);
});

it("the guard knows made unlockers and workspace admins, and a made role that is break-glass", () => {
  const unlocker = role("statelock/acme-tfstate.app.unlocker");
  const guard = { deployers: [role("deploy")], breakGlass: [unlocker] };
  const of = made(
    { unlocker: people(role("sre")), "workspace-admin": jobs() },
    { bucket: { guard, encryption: { type: "created-key" } } },
  );
  expect(guardScopeOf(of)).toMatchObject({
    unlockers: [unlocker],
    workspaceAdmins: [
      { role: role("statelock/acme-tfstate.app.workspace-admin"), states: ["app/ws/*/app/terraform.tfstate"] },
    ],
    breakGlass: [unlocker],
    external: [],
  });
  expect(JSON.stringify(keyPolicyOf(of))).toContain(unlocker);
});
