import { policyDocument, type PolicyDocument } from "../../lib/policy/policy-document";
import { checkIam, type ExpectedIam, type IamReader, type LivePolicy } from "../../lib/verify/iam-checks";
import type { Reading } from "../../lib/verify/posture";
import { role } from "../support/home";

const READ = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "*" } as const;
const TRUST = { Sid: "Trust", Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: role("ci") } } as const;
const DOCUMENT = policyDocument([READ]);
const TRUSTS = policyDocument([TRUST]);
const ARN = "arn:aws:iam::123456789012:policy/statelock/acme-tfstate-app-reader";
const MADE = "arn:aws:iam::123456789012:role/statelock/acme-tfstate.app.planner";
const SSO = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_1";

const expected = (roles: readonly string[], document: PolicyDocument = DOCUMENT): ExpectedIam => ({
  consumer: "app",
  policies: [{ arn: ARN, document, roles }],
  madeRoles: [{ arn: MADE, trust: TRUSTS }],
});

const live = (part: Partial<LivePolicy> = {}): Reading<LivePolicy> => ({
  value: { statements: [READ], roles: { value: ["reader", "AWSReservedSSO_Ops_1"] }, ...part },
});

async function found(policy: Reading<LivePolicy>, part: Partial<IamReader> = {}): Promise<string[]> {
  const iam: IamReader = {
    policy: () => Promise.resolve(policy),
    role: () => Promise.resolve({ value: { arn: MADE, trust: TRUSTS.Statement } }),
    ...part,
  };
  const results = await checkIam(expected([role("Reader"), SSO]), iam);
  return results
    .filter(({ result }) => result !== "pass")
    .map(({ code, result, reason }) => `${code} ${result}: ${reason}`);
}

it("policies, attachments and created roles are as synthesized, whatever the case of a role's name", async () => {
  await expect(found(live())).resolves.toEqual([]);
});

it.each<[string, Reading<LivePolicy>, string[]]>([
  [
    "a policy that was never made",
    { value: undefined },
    [`managed-policies fail: IAM has no "${ARN}"`, `attachments fail: IAM has no "${ARN}"`],
  ],
  [
    "another default version",
    live({ statements: [{ ...READ, Action: "s3:*" }] }),
    ["managed-policies fail: acme-tfstate-app-reader Read was changed (Action), so it is weaker or different"],
  ],
  [
    "a statement more",
    live({ statements: [READ, { ...READ, Sid: "More" }] }),
    ["managed-policies fail: acme-tfstate-app-reader has More (Allow), which synth did not write"],
  ],
  [
    "no role, after an apply that failed half way",
    live({ roles: { value: [] } }),
    [`attachments fail: acme-tfstate-app-reader is not attached to ${role("Reader")}, the permission set of ${SSO}`],
  ],
  ["attachments that may not be read", live({ roles: { unreadable: "403" } }), ["attachments unknown: 403"]],
  [
    "a policy that may not be read",
    { unreadable: "403" },
    ["managed-policies unknown: 403", "attachments unknown: 403"],
  ],
])("%s is found", async (_case, policy, lines) => {
  await expect(found(policy)).resolves.toEqual(lines);
});

it.each<[string, Awaited<ReturnType<IamReader["role"]>>, string]>([
  ["is gone", { value: undefined }, `fail: IAM has no "${MADE}"`],
  [
    "trusts somebody else",
    { value: { arn: MADE, trust: [{ ...TRUST, Principal: { AWS: "*" } }] } },
    "fail: acme-tfstate.app.planner Trust was changed (Principal), so it is weaker or different",
  ],
  [
    "is under another path",
    { value: { arn: role("x"), trust: TRUSTS.Statement } },
    `fail: IAM has "${role("x")}", not ${MADE}`,
  ],
  ["may not be read", { unreadable: "403" }, "unknown: 403"],
])("a created role that %s is found", async (_case, made, line) => {
  await expect(found(live(), { role: () => Promise.resolve(made) })).resolves.toEqual([`created-roles ${line}`]);
});

it("a consumer without managed policies and roles has nothing to check", async () => {
  const iam: IamReader = {
    policy: () => Promise.reject(new Error("asked")),
    role: () => Promise.reject(new Error("asked")),
  };
  await expect(checkIam({ consumer: "app", policies: [], madeRoles: [] }, iam)).resolves.toEqual([]);
});
