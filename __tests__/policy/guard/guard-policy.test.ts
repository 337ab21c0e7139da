import fc, { runs } from "../../support/fuzz";
import { listOf, type PolicyDocument } from "../../../lib/policy/policy-document";
import { guardPolicy } from "../../../lib/policy/guard/guard-policy";
import { GUARD_EXCEPTIONS, type BreakGlassProof, type GuardScope } from "../../../lib/policy/guard/guard-scope";
import { guardPrincipals } from "../../../lib/policy/guard/guard-principals";
import { postureChangers } from "../../../lib/policy/guard/posture-change";
import { PARTITIONS } from "../../../lib/policy/partition";
import { policySize, SIZE_LIMITS } from "../../../lib/policy/size-limits";
import { vocabularyFaults } from "../../support/aws-vocabulary";
import { decide, type Question } from "../../../lab/policy-gate/evaluator";
import {
  ADMIN,
  BREAK_GLASS,
  DEPLOYER,
  fullGuardScope,
  guardScope,
  OTHER_ACCOUNT,
  statementLines,
  UNLOCKER,
} from "../../support/guard";
import { ACCOUNT, KEY_ARN, OTHER_KEY_ARN, role } from "../../support/home";

const BUCKET = "arn:aws:s3:::acme-tfstate";
const ADMINISTRATOR: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Sid: "All", Effect: "Allow", Action: "s3:*", Resource: "*" }],
};

/** Whether the guard lets an `s3:*` administrator of the account do this. */
async function allows(scope: GuardScope, question: Partial<Question> & { readonly action: string }): Promise<boolean> {
  const { principal = role("administrator"), resource = BUCKET, context = {} } = question;
  const decision = await decide(
    {
      principal,
      action: question.action,
      resource,
      account: ACCOUNT,
      context: {
        "aws:SecureTransport": "true",
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalArn": principal,
        "aws:PrincipalAccount": principal.split(":")[4] ?? "",
        "s3:TlsVersion": "1.3",
        "s3:authType": "REST-HEADER",
        "aws:SourceIp": "203.0.113.7",
        ...context,
      },
    },
    { identity: [ADMINISTRATOR], resource: guardPolicy(scope) },
  );
  return decision === "Allowed";
}

/** The statements of a guard, by Sid. */
const sids = (scope: GuardScope): string[] => guardPolicy(scope).Statement.map(({ Sid }) => Sid);

it("a config that names nothing but the bucket guards all that needs no principal", () => {
  expect(sids(guardScope)).toEqual([
    "DenyInsecureTransport",
    "DenyOldTls",
    "DenyForeignPrincipals",
    "DenyPresignedRequests",
    "DenyOldSignatures",
    "DenyLockOverwrite",
    "DenyLockCopy",
    "DenyLockReplication",
    "DenyLockLookalikes",
    "DenyOtherEncryption",
    "DenySseC",
    "DenyReencryption",
    "DenyArchiving",
    "DenyStateDeletion",
  ]);
});

describe("a config that names everybody", () => {
  const full = guardPolicy(fullGuardScope);
  const part = (wanted: (sid: string) => boolean): string =>
    statementLines({ ...full, Statement: full.Statement.filter(({ Sid }) => wanted(Sid)) });
  const byDefault = sids(guardScope);

  it("guards more", () => {
    expect(part((sid) => sid.startsWith("Deny") && !byDefault.includes(sid))).toMatchInlineSnapshot(`
"Deny DenyUnconditionalRelease: s3:DeleteObject on bucket/*.tflock
    if s3:if-match StringEqualsIfExists *
    and aws:PrincipalArn ArnLike arn:aws:iam::123456789012:role*/on-call|arn:aws:iam::123456789012:role*/break-glass
Deny DenyForeignKey: s3:PutObject on all but bucket/bootstrap/terraform.tfstate bucket/bootstrap/terraform.tfstate.tflock
    if s3:x-amz-server-side-encryption-aws-kms-key-id StringNotEquals arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555
    and s3:x-amz-server-side-encryption-aws-kms-key-id Null false
Deny DenyKmsWithoutKey: s3:PutObject on all but bucket/bootstrap/terraform.tfstate bucket/bootstrap/terraform.tfstate.tflock
    if s3:x-amz-server-side-encryption StringEquals aws:kms
    and s3:x-amz-server-side-encryption-aws-kms-key-id Null true
Deny DenyUnprovenBreakGlass: s3:* on bucket bucket/*
    if aws:MultiFactorAuthPresent BoolIfExists false
    and aws:PrincipalArn ArnEquals arn:aws:iam::123456789012:role/break-glass
Deny DenyOutsideNetwork: s3:* on bucket bucket/*
    if aws:PrincipalArn ArnNotEquals arn:aws:iam::123456789012:role/break-glass|arn:aws:iam::123456789012:role/platform/deploy
    and aws:PrincipalArn ArnNotLike arn:aws:iam::123456789012:role/aws-service-role/*
    and aws:PrincipalIsAWSService BoolIfExists false
    and aws:ViaAWSService BoolIfExists false
    and aws:SourceIp NotIpAddress 203.0.113.0/24
    and aws:SourceVpc StringNotEquals vpc-01234567
    and aws:SourceVpce StringNotEquals vpce-0123456789abcdef0
Deny DenyHistoryDeletion: s3:BypassGovernanceRetention s3:DeleteObjectVersion on bucket/*
    if aws:PrincipalArn ArnNotEquals arn:aws:iam::123456789012:role/break-glass|arn:aws:iam::123456789012:role/platform/deploy
Deny DenyPostureChange: all but s3:AbortMultipartUpload s3:BypassGovernanceRetention s3:DeleteObject s3:DeleteObjectVersion s3:Get* s3:List* s3:PutObject on bucket bucket/*
    if aws:PrincipalArn ArnNotEquals arn:aws:iam::123456789012:role/break-glass|arn:aws:iam::123456789012:role/platform/deploy"
`);
  });

  it("lets named principals do what the guard denies others", () => {
    expect(part((sid) => ["DenyForeignPrincipals", "DenyStateDeletion"].includes(sid))).toMatchInlineSnapshot(`
"Deny DenyForeignPrincipals: s3:* on bucket bucket/*
    if aws:PrincipalAccount StringNotEquals 123456789012|222222222222
    and aws:PrincipalOrgID StringNotEquals o-abcde12345
    and aws:PrincipalIsAWSService BoolIfExists false
Deny DenyStateDeletion: s3:DeleteObject on all but bucket/*.tflock
    if aws:PrincipalArn ArnNotEquals arn:aws:iam::123456789012:role/break-glass|arn:aws:iam::123456789012:role/app-admin"
`);
  });

  it("confines workspace admins, and allows external roles their own state", () => {
    expect(part((sid) => /^(Confine|External)/.test(sid))).toMatchInlineSnapshot(`
"Deny ConfineWorkspaceAdmins1: s3:DeleteObject on all but bucket/*.tflock bucket/app/ws/*/app/terraform.tfstate
    if aws:PrincipalArn ArnEquals arn:aws:iam::123456789012:role/app-admin
Allow External1Part1: s3:ListBucket on bucket
    if s3:prefix StringEquals shared/terraform.tfstate
    and aws:PrincipalArn ArnEquals arn:aws:iam::222222222222:role/consumer
Allow External1Part2: s3:AbortMultipartUpload s3:GetObject s3:PutObject on bucket/shared/terraform.tfstate
    if aws:PrincipalArn ArnEquals arn:aws:iam::222222222222:role/consumer
Allow External1Part3: s3:DeleteObject s3:GetObject s3:PutObject on bucket/shared/terraform.tfstate.tflock
    if aws:PrincipalArn ArnEquals arn:aws:iam::222222222222:role/consumer"
`);
  });
});

it.each(PARTITIONS)("in %s it names the bucket of that partition and no other", (partition) => {
  const named = guardPolicy({ ...guardScope, partition }).Statement.flatMap(({ Resource, NotResource }) => [
    ...listOf(Resource),
    ...listOf(NotResource),
  ]);
  expect(named.filter((arn) => !arn.startsWith(`arn:${partition}:s3:::acme-tfstate`))).toEqual([]);
});

it("without external roles it only denies", () => {
  const { Statement } = guardPolicy({ ...fullGuardScope, external: [], organizationRole: undefined });
  expect(Statement.map((statement) => statement.Effect)).not.toContain("Allow");
});

describe.each(GUARD_EXCEPTIONS)("the exception %s", (exception) => {
  it("takes something away, and adds nothing", () => {
    const withIt = guardPolicy({ ...fullGuardScope, allow: [exception] });
    const without = guardPolicy(fullGuardScope);
    expect(without.Statement.map(({ Sid }) => Sid)).toEqual(
      expect.arrayContaining(withIt.Statement.map(({ Sid }) => Sid)),
    );
    expect(withIt).not.toEqual(without);
  });
});

describe("a stranger", () => {
  const stranger = { principal: "arn:aws:iam::999999999999:role/a", action: "s3:GetObject", resource: `${BUCKET}/k` };

  it("is explicitly denied, a listed account and the organization are not", async () => {
    const denied = async (scope: GuardScope, context: Question["context"] = {}): Promise<boolean> => {
      const guard = guardPolicy(scope);
      const open = { ...guard, Statement: [...guard.Statement, OPEN] };
      const question = { ...stranger, account: ACCOUNT, context: { ...FROM_STRANGER, ...context } };
      return (await decide(question, { identity: [ADMINISTRATOR], resource: open })) !== "Allowed";
    };
    expect(await denied(guardScope)).toBe(true);
    expect(await denied({ ...guardScope, accounts: ["999999999999"] })).toBe(false);
    expect(await denied({ ...guardScope, organization: "o-abcde12345" })).toBe(true);
    const inside = { "aws:PrincipalOrgID": "o-abcde12345" };
    expect(await denied({ ...guardScope, organization: "o-abcde12345" }, inside)).toBe(false);
    expect(await denied({ ...guardScope, organization: "o-zzzzz12345" }, inside)).toBe(true);
  });

  it("a wrong organization id never shuts out the bucket's own account", async () => {
    const scope = { ...guardScope, organization: "o-zzzzz12345" };
    const policy = { action: "s3:PutBucketPolicy", context: { "aws:PrincipalOrgID": "o-abcde12345" } };
    expect(await allows(scope, policy)).toBe(true);
    expect(await allows(scope, { action: "s3:PutBucketPolicy" })).toBe(true);
  });
});

describe("encryption", () => {
  const put = (headers: Question["context"]): Parameters<typeof allows>[1] => ({
    action: "s3:PutObject",
    resource: `${BUCKET}/app/terraform.tfstate`,
    context: headers,
  });
  const algorithm = (name: string): Question["context"] => ({ "s3:x-amz-server-side-encryption": name });
  const kms = (key: string): Question["context"] => ({
    ...algorithm("aws:kms"),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": key,
  });

  it.each([
    { bucket: "SSE-S3", encryption: { sseS3: true, kmsKeys: [] }, lets: ["none", "AES256"] },
    { bucket: "KMS", encryption: { sseS3: false, kmsKeys: [KEY_ARN] }, lets: ["none", "KMS, own key"] },
    {
      bucket: "SSE-S3 with a consumer's own key",
      encryption: { sseS3: true, kmsKeys: [KEY_ARN] },
      lets: ["none", "AES256", "KMS, own key"],
    },
    {
      bucket: "a created key of unknown ARN",
      encryption: { sseS3: false, kmsKeys: [`arn:aws:kms:eu-central-1:${ACCOUNT}:key/*`] },
      lets: ["none", "KMS, own key", "KMS, another of the account"],
    },
  ])("with $bucket lets $lets pass", async ({ encryption, lets }) => {
    const writes: Record<string, Question["context"]> = {
      none: {},
      AES256: algorithm("AES256"),
      "aws:kms": algorithm("aws:kms"),
      "KMS, own key": kms(KEY_ARN),
      "KMS, another of the account": kms(OTHER_KEY_ARN),
      "KMS, another account's": kms(KEY_ARN.replace(ACCOUNT, "999999999999")),
      "KMS, dual layer": algorithm("aws:kms:dsse"),
      "SSE-C": { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" },
    };
    const passed = await Promise.all(
      Object.entries(writes).map(async ([name, headers]) => [
        name,
        await allows({ ...guardScope, encryption }, put(headers)),
      ]),
    );
    expect(passed.filter(([, pass]) => pass).map(([name]) => name)).toEqual(lets);
  });

  it("the bootstrap stack's state may be written with any, so that a change of encryption can be deployed", async () => {
    for (const key of ["bootstrap/terraform.tfstate", "bootstrap/terraform.tfstate.tflock"]) {
      const context = { ...kms(KEY_ARN), "s3:if-none-match": "*" };
      expect(await allows(guardScope, { ...put(context), resource: `${BUCKET}/${key}` })).toBe(true);
    }
  });
});

describe("properties", () => {
  const principals = fc.subarray([role("a"), role("b"), role("path/c"), `arn:aws:iam::${ACCOUNT}:user/d`]);
  const scopes: fc.Arbitrary<GuardScope> = fc.record({
    ...Object.fromEntries(Object.entries(guardScope).map(([field, value]) => [field, fc.constant(value)])),
    accounts: fc.subarray(["222222222222", "333333333333"]),
    organization: fc.constantFrom(undefined, "o-abcde12345"),
    deployers: principals,
    breakGlass: principals,
    breakGlassRequires: fc.constantFrom(undefined, "mfa", "source-identity"),
    organizationRole: fc.constantFrom(undefined, fullGuardScope.organizationRole),
    network: fc.constantFrom(undefined, fullGuardScope.network, { sourceIps: ["203.0.113.7/32"] }),
    unlockers: principals,
    workspaceAdmins: fc.subarray([
      { role: role("a"), states: ["a/*/k"] },
      { role: role("e"), states: ["a/*/k"] },
      { role: role("f"), states: ["a/*/k", "b/*/k"] },
    ]),
    encryption: fc.record({ sseS3: fc.boolean(), kmsKeys: fc.subarray([KEY_ARN, OTHER_KEY_ARN]) }),
    allow: fc.subarray([...GUARD_EXCEPTIONS]),
  }) as unknown as fc.Arbitrary<GuardScope>;

  it("whoever deploys can always change the guard, whatever it says", async () => {
    await fc.assert(
      fc.asyncProperty(scopes, async (scope) => {
        const [deployer] = scope.deployers;
        const principal = deployer ?? role("anybody");
        // A deployer from everywhere, and with the proof, because it may be break-glass as well.
        const context = {
          ...(deployer !== undefined && { "aws:SourceIp": "198.51.100.7" }),
          ...{ "aws:MultiFactorAuthPresent": "true", "aws:SourceIdentity": "ana" },
        };
        for (const action of ["s3:PutBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutBucketVersioning"])
          expect(await allows(scope, { principal, action, context })).toBe(true);
      }),
      runs(40),
    );
  });

  it("AWS understands every guard, and there is room in it", async () => {
    await fc.assert(
      fc.asyncProperty(scopes, async (scope) => {
        const guard = guardPolicy(scope);
        const accepted = {
          ...scope.encryption,
          sseS3: scope.encryption.sseS3 || scope.encryption.kmsKeys.length === 0,
        };
        expect(await vocabularyFaults(guardPolicy({ ...scope, encryption: accepted }))).toEqual([]);
        expect(policySize(guard)).toBeLessThan(SIZE_LIMITS.bucketPolicy / 2);
      }),
      runs(40),
    );
  });

  it("a lock is never overwritten, a version never deleted and a state never deleted by who may not", async () => {
    await fc.assert(
      fc.asyncProperty(scopes, async (scope) => {
        const lock = `${BUCKET}/app/terraform.tfstate.tflock`;
        expect(await allows(scope, { action: "s3:PutObject", resource: lock })).toBe(false);
        const remove = { action: "s3:DeleteObject", resource: `${BUCKET}/app/terraform.tfstate` };
        expect(await allows(scope, remove)).toBe(scope.allow.includes("state-deletion"));
      }),
      runs(40),
    );
  });
});

describe("break-glass", () => {
  const through = async (breakGlassRequires: BreakGlassProof, context: Question["context"]): Promise<boolean> => {
    const scope = { ...guardScope, deployers: [DEPLOYER], breakGlass: [BREAK_GLASS], breakGlassRequires };
    const remove = { action: "s3:DeleteObject", resource: `${BUCKET}/app/terraform.tfstate`, context };
    expect(
      await allows(scope, { ...remove, principal: DEPLOYER, action: "s3:PutBucketPolicy", resource: BUCKET }),
    ).toBe(true);
    return allows(scope, { ...remove, principal: BREAK_GLASS });
  };

  it("with MFA, or a source identity, where the config requires it; nobody else needs it", async () => {
    expect(await through("mfa", { "aws:MultiFactorAuthPresent": "true" })).toBe(true);
    expect(await through("mfa", { "aws:MultiFactorAuthPresent": "false", "aws:SourceIdentity": "ana" })).toBe(false);
    expect(await through("mfa", {})).toBe(false);
    expect(await through("source-identity", { "aws:SourceIdentity": "ana" })).toBe(true);
    expect(await through("source-identity", { "aws:MultiFactorAuthPresent": "true" })).toBe(false);
  });

  it("alone gets a statement, and only if the config requires something", () => {
    expect(sids({ ...guardScope, breakGlassRequires: "mfa" })).not.toContain("DenyUnprovenBreakGlass");
    expect(sids({ ...guardScope, breakGlass: [BREAK_GLASS] })).not.toContain("DenyUnprovenBreakGlass");
  });
});

it("the roles that AWS services create for themselves are in every network, and no principal of the guard", async () => {
  const network = { sourceIps: ["198.51.100.0/24"] };
  const scope = { ...guardScope, deployers: [DEPLOYER], network };
  const read = { action: "s3:GetBucketPolicy" };
  const config = role("aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig");
  expect(await allows(scope, { ...read, principal: config })).toBe(true);
  expect(await allows(scope, { ...read, principal: role("aws-service-role-of-mine") })).toBe(false);
  expect(guardPrincipals(guardPolicy(scope))).toEqual([DEPLOYER]);
  expect(sids({ ...scope, network: { vpcs: [] } })).not.toContain("DenyOutsideNetwork");
});

describe("a role of many accounts", () => {
  const KEY = `${BUCKET}/${OTHER_ACCOUNT}/app/terraform.tfstate`;
  const may = async (
    principal: string,
    paths: string[] = ["o-abcde12345/r-ab12/ou-ab12-11111111/"],
  ): Promise<boolean> => {
    const { organization, organizationRole } = fullGuardScope;
    const context = { "aws:PrincipalOrgID": "o-abcde12345", "aws:PrincipalOrgPaths": paths };
    const read = { principal, action: "s3:GetObject", resource: KEY, context };
    return allows({ ...guardScope, organization, organizationRole }, read);
  };

  it("is the role of that name and path in its own account, and no user, other role or other organization", async () => {
    expect(await may(`arn:aws:iam::${OTHER_ACCOUNT}:role/ci/terraform`)).toBe(true);
    for (const other of ["role/terraform", "role/x/ci/terraform", "role/ci/terraform2", "user/ci/terraform"])
      expect(await may(`arn:aws:iam::${OTHER_ACCOUNT}:${other}`)).toBe(false);
    expect(await may("arn:aws:iam::333333333333:role/ci/terraform")).toBe(false);
    expect(await may(`arn:aws:iam::${OTHER_ACCOUNT}:role/ci/terraform`, ["o-zzzzz12345/r-ab12/"])).toBe(false);
  });
});

describe("room", () => {
  it("15 cross-account appliers and 30 workspace admins fit beside the denies", () => {
    const [one] = fullGuardScope.external;
    const external = Array.from({ length: 15 }, () => one).filter((access) => access !== undefined);
    expect(policySize(guardPolicy({ ...fullGuardScope, organizationRole: undefined, external }))).toBeLessThan(
      SIZE_LIMITS.bucketPolicy,
    );
    const workspaceAdmins = Array.from({ length: 30 }, (_, n) => ({
      role: role(`admin-${String(n)}`),
      states: [`consumer-${String(n)}/workspaces/*/consumer-${String(n)}/terraform.tfstate`],
    }));
    expect(policySize(guardPolicy({ ...fullGuardScope, external: [], workspaceAdmins }))).toBeLessThan(
      SIZE_LIMITS.bucketPolicy,
    );
  });
});

it("workspace admins of the same workspaces share a statement, break-glass needs none", () => {
  const states = ["app/ws/*/k"];
  const workspaceAdmins = [ADMIN, UNLOCKER, BREAK_GLASS].map((of) => ({ role: of, states }));
  const guard = guardPolicy({ ...fullGuardScope, workspaceAdmins });
  const confining = guard.Statement.filter(({ Sid }) => Sid.startsWith("Confine"));
  expect(confining.map(({ Condition }) => Condition)).toEqual([
    { ArnEquals: { "aws:PrincipalArn": [ADMIN, UNLOCKER] } },
  ]);
});

it("who may change the posture can be read from the guard", () => {
  expect(postureChangers(guardPolicy(fullGuardScope))).toEqual([BREAK_GLASS, DEPLOYER]);
  expect(postureChangers(guardPolicy(guardScope))).toBeUndefined();
  expect(sids({ ...fullGuardScope, deployers: [] })).not.toContain("DenyPostureChange");
});

const OPEN = { Sid: "Open", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${BUCKET}/*` } as const;
const FROM_STRANGER = {
  "aws:SecureTransport": "true",
  "aws:PrincipalIsAWSService": "false",
  "aws:PrincipalArn": "arn:aws:iam::999999999999:role/a",
  "aws:PrincipalAccount": "999999999999",
  "s3:TlsVersion": "1.3",
  "s3:authType": "REST-HEADER",
};
