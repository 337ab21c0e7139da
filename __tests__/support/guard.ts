import { decide } from "../../lab/policy-gate/evaluator";
import { EVERYTHING } from "../../lab/proof/guard-row";
import { listOf, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";
import type { GuardScope } from "../../lib/policy/guard/guard-scope";
import type { KeyPolicyScope } from "../../lib/policy/key-policy";
import { stateAccessPolicy } from "../../lib/policy/state-access-policy";
import { ACCOUNT, KEY_ARN, role } from "./home";

/** The guard of a config that names nothing but the bucket. */
export const guardScope: GuardScope = {
  partition: "aws",
  bucket: "acme-tfstate",
  account: ACCOUNT,
  accounts: [],
  organization: undefined,
  deployers: [],
  breakGlass: [],
  unlockers: [],
  workspaceAdmins: [],
  encryption: { sseS3: true, kmsKeys: [] },
  bootstrapKey: "bootstrap/terraform.tfstate",
  external: [],
  allow: [],
};

/** A created key's policy where the config names no principal. */
export const keyScope: KeyPolicyScope = {
  partition: "aws",
  region: "eu-central-1",
  account: ACCOUNT,
  bucket: "acme-tfstate",
  breakGlass: [],
  externalReaders: [],
  externalWriters: [],
};

export const BREAK_GLASS = role("break-glass");
export const DEPLOYER = role("platform/deploy");
export const UNLOCKER = role("on-call");
export const ADMIN = role("app-admin");
export const OTHER_ACCOUNT = "222222222222";
export const EXTERNAL = `arn:aws:iam::${OTHER_ACCOUNT}:role/consumer`;

/** A guard with every statement there is. */
export const fullGuardScope: GuardScope = {
  ...guardScope,
  accounts: [OTHER_ACCOUNT],
  organization: "o-abcde12345",
  deployers: [DEPLOYER],
  breakGlass: [BREAK_GLASS],
  breakGlassRequires: "mfa",
  network: { vpcEndpoints: ["vpce-0123456789abcdef0"], vpcs: ["vpc-01234567"], sourceIps: ["203.0.113.0/24"] },
  organizationRole: { name: "ci/terraform", paths: ["o-abcde12345/r-ab12/*"], organization: "o-abcde12345" },
  unlockers: [UNLOCKER],
  workspaceAdmins: [{ role: ADMIN, states: ["app/ws/*/app/terraform.tfstate"] }],
  encryption: { sseS3: false, kmsKeys: [KEY_ARN] },
  external: [
    {
      roles: [EXTERNAL],
      policy: stateAccessPolicy(
        {
          ...{ partition: "aws", region: "eu-central-1", account: ACCOUNT, bucket: "acme-tfstate" },
          ...{ key: "shared/terraform.tfstate", kmsKey: { arn: KEY_ARN }, locking: "lockfile" },
        },
        "applier",
      ),
    },
  ],
};

/** `Sid: action … on what … if condition` lines. */
export function statementLines(document: PolicyDocument): string {
  return document.Statement.map(({ Sid, Effect, Action, NotAction, Resource, NotResource, Condition }) => {
    const keys = (resource: Statement["Resource"]): string =>
      listOf(resource)
        .map((arn) => arn.replace(/^arn:[^:]+:s3:::[^/]+/, "bucket"))
        .join(" ");
    const place = Resource === undefined ? `all but ${keys(NotResource)}` : keys(Resource);
    const tests = Object.entries(Condition ?? {}).flatMap(([operator, named]) =>
      Object.entries(named).map(([key, values]) => `${key} ${operator} ${listOf(values).join("|")}`),
    );
    const condition = tests.length === 0 ? "" : `\n    if ${tests.join("\n    and ")}`;
    return `${Effect} ${Sid}: ${NotAction === undefined ? "" : "all but "}${listOf(Action ?? NotAction).join(" ")} on ${place}${condition}`;
  }).join("\n");
}

/** Whether a guard lets somebody of the account, whom IAM lets do everything, change it. */
export async function mayChange(guard: PolicyDocument, principal: string): Promise<boolean> {
  const bucket = listOf(guard.Statement[0]?.Resource)[0] ?? "";
  const context = {
    "aws:SecureTransport": "true",
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": principal,
    "aws:PrincipalAccount": ACCOUNT,
    "s3:TlsVersion": "1.3",
    "s3:authType": "REST-HEADER",
  };
  const question = { principal, action: "s3:PutBucketPolicy", resource: bucket, account: ACCOUNT, context };
  return (await decide(question, { identity: [EVERYTHING], resource: guard })) === "Allowed";
}
