import { listOf, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";
import type { AccessLevel } from "../../lib/policy/access-level";
import type { Question } from "../policy-gate/evaluator";
import type { Distort } from "./guard-table";
import type { Scenario } from "./scenario";

/** A planted fault: another policy, another guard or key policy, or a gate that asks something else. */
export interface Mutant {
  readonly name: string;
  readonly level?: AccessLevel;
  readonly policy?: (policy: PolicyDocument, scenario: Scenario) => PolicyDocument;
  readonly guard?: (guard: PolicyDocument, scenario: Scenario) => PolicyDocument;
  readonly key?: (policy: PolicyDocument) => PolicyDocument;
  readonly gate?: Distort;
}

const each = (document: PolicyDocument, change: (statement: Statement) => Statement): PolicyDocument => ({
  ...document,
  Statement: document.Statement.map(change),
});
const change = (sid: string, part: (statement: Statement) => Partial<Statement>) => (document: PolicyDocument) =>
  each(document, (statement) => (statement.Sid === sid ? defined({ ...statement, ...part(statement) }) : statement));
/** IAM takes no element without a value. */
const defined = (statement: Statement): Statement =>
  Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined)) as unknown as Statement;
const drop = (sid: string) => (document: PolicyDocument) => ({
  ...document,
  Statement: document.Statement.filter((statement) => statement.Sid !== sid),
});
const condition = (Condition: Statement["Condition"]) => (): Partial<Statement> => ({ Condition: Condition ?? {} });
const inPolicy = (level: AccessLevel, name: string, policy: NonNullable<Mutant["policy"]>): Mutant => ({
  name: `${level}: ${name}`,
  level,
  policy,
});
const inGuard = (name: string, guard: NonNullable<Mutant["guard"]>): Mutant => ({ name: `guard: ${name}`, guard });
const inGate = (name: string, gate: Distort): Mutant => ({ name: `gate: ${name}`, gate });

/** The gate, forgetting a condition key. */
const forgets = (key: string): Mutant =>
  inGate(`forgets ${key}`, (asked) => {
    const { [key]: _forgotten, ...context } = asked.question.context;
    return { ...asked, question: { ...asked.question, context } };
  });
/** The gate, seeing the same value in every request. */
const sees = (key: string, value: string): Mutant =>
  inGate(`always sees ${key} = ${value}`, (asked) =>
    key in asked.question.context
      ? { ...asked, question: { ...asked.question, context: { ...asked.question.context, [key]: value } } }
      : asked,
  );

const withoutVersion = ({ "s3:versionid": _version, ...context }: Question["context"]): Question["context"] => ({
  ...context,
  "s3:if-match": "e",
});

const SSE = "s3:x-amz-server-side-encryption";

const PRESENT = { Null: { "s3:if-none-match": "false" } };
const ABSENT = { Null: { "s3:if-none-match": "true" } };

function withoutAccount({ StringEquals = {}, ...others }: NonNullable<Statement["Condition"]> = {}): Required<
  Pick<Statement, "Condition">
>["Condition"] {
  const { "aws:ResourceAccount": _account, ...rest } = StringEquals;
  return { ...others, ...(Object.keys(rest).length === 0 ? {} : { StringEquals: rest }) };
}

/** Faults that are common in what is published, and those that a change of this code could bring. */
export function mutants(guard: PolicyDocument): Mutant[] {
  return [
    inPolicy(
      "applier",
      "cannot delete its lock",
      change("ReleaseLock", () => ({ Action: "s3:GetObject" })),
    ),
    inPolicy(
      "applier",
      "may delete the state",
      change("WriteState", ({ Action }) => ({ Action: [...listOf(Action), "s3:DeleteObject"] })),
    ),
    inPolicy("applier", "bucket's name inside s3:prefix", (policy, { home }) =>
      each(policy, (statement) =>
        statement.Sid === "ListState"
          ? { ...statement, Condition: { StringEquals: { "s3:prefix": `${home.bucket.name}/app/terraform.tfstate` } } }
          : statement,
      ),
    ),
    inPolicy("applier", "may list everything", change("ListState", condition(undefined))),
    inPolicy("applier", "takes locks without the condition", change("TakeLock", condition(undefined))),
    inPolicy("applier", "reads every object", (policy, { home }) =>
      change("ReadState", () => ({ Resource: `arn:aws:s3:::${home.bucket.name}/*` }))(policy),
    ),
    inPolicy(
      "applier",
      "star at the end of the key",
      change("ReadState", ({ Resource }) => ({ Resource: listOf(Resource).map((arn) => `${arn}*`) })),
    ),
    inPolicy("reader", "may take the lock", (policy, { policies }) => ({
      ...policy,
      Statement: [
        ...policy.Statement,
        ...(policies.get("planner")?.Statement.filter(({ Sid }) => Sid === "TakeLock") ?? []),
      ],
    })),
    inPolicy("planner", "may write the state", (policy, { policies }) => ({
      ...policy,
      Statement: [
        ...policy.Statement,
        ...(policies.get("applier")?.Statement.filter(({ Sid }) => Sid === "WriteState") ?? []),
      ],
    })),
    inPolicy(
      "planner",
      "cannot read its lock",
      change("ReleaseLock", () => ({ Action: "s3:DeleteObject" })),
    ),
    inPolicy(
      "planner",
      "has no data keys",
      change("UseKeyThroughS3", () => ({ Action: ["kms:Decrypt", "kms:Encrypt"] })),
    ),
    inPolicy(
      "planner",
      "key through another region's S3",
      change("UseKeyThroughS3", ({ Condition }) => ({
        Condition: { ...Condition, StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
      })),
    ),
    inPolicy("unlocker", "reads the state", (policy, { policies }) => ({
      ...policy,
      Statement: [
        ...policy.Statement,
        ...(policies.get("reader")?.Statement.filter(({ Sid }) => Sid === "ReadState") ?? []),
      ],
    })),
    inPolicy("applier", "in the bucket of any account", (policy) =>
      each(policy, (statement) => ({ ...statement, Condition: withoutAccount(statement.Condition) })),
    ),
    inPolicy("applier", "takes locks with any If-None-Match", change("TakeLock", condition(PRESENT))),
    inPolicy("workspace-admin", "deletes every state", (policy, { home }) =>
      change("DeleteWorkspaceState", () => ({ Resource: `arn:aws:s3:::${home.bucket.name}/*` }))(policy),
    ),
    ...guard.Statement.filter(({ Effect }) => Effect === "Deny").map(({ Sid }) => inGuard(`without ${Sid}`, drop(Sid))),
    inGuard(
      "lock overwrite only where an object is created at once",
      change(
        "DenyLockOverwrite",
        condition({
          Null: { "s3:if-none-match": "true" },
          Bool: { "s3:ObjectCreationOperation": "true" },
        }),
      ),
    ),
    inGuard(
      "encryption with IfExists",
      change("DenyOtherEncryption", condition({ StringNotEquals: { [SSE]: "aws:kms" } })),
    ),
    inGuard(
      "state deletion denied on locks too",
      change("DenyStateDeletion", ({ NotResource }) => ({
        NotResource: listOf(NotResource).map((arn) => `${arn}.none`),
      })),
    ),
    inGuard(
      "conditional release for everybody",
      change("DenyUnconditionalRelease", condition({ Null: { "s3:if-match": "true" } })),
    ),
    inGuard(
      "posture kept from its deployer",
      change(
        "DenyPostureChange",
        condition({ ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/break-glass" } }),
      ),
    ),
    inGuard(
      "strangers by organization alone",
      change("DenyForeignPrincipals", condition({ StringNotEquals: { "aws:PrincipalOrgID": "o-zzzzz12345" } })),
    ),
    inGuard("a lock is taken with any If-None-Match", change("DenyLockOverwrite", condition(ABSENT))),
    inGuard(
      "a release names any If-Match",
      change("DenyUnconditionalRelease", ({ Condition }) => ({
        Condition: { ...Condition, Null: { "s3:if-match": "true" }, StringEqualsIfExists: {} },
      })),
    ),
    inGuard(
      "posture as the list of a year ago",
      change("DenyPostureChange", () => ({
        NotAction: undefined,
        Action: ["s3:DeleteBucket*", "s3:Put*Configuration", "s3:PutBucket*", "s3:PutObjectAcl", "s3:Replicate*"],
      })),
    ),
    inGuard(
      "posture lets every tagging pass",
      change("DenyPostureChange", ({ NotAction }) => ({ NotAction: [...listOf(NotAction), "s3:*Tag*"] })),
    ),
    inGuard(
      "archiving denied for locks alone",
      change("DenyArchiving", ({ Resource }) => ({ Resource: listOf(Resource).map((arn) => `${arn}.tflock`) })),
    ),
    inGuard(
      "presigned reads pass",
      change("DenyPresignedRequests", () => ({ Action: undefined, NotAction: ["s3:GetObject"] })),
    ),
    inGuard("TLS 1.1 passes", change("DenyOldTls", condition({ NumericLessThan: { "s3:TlsVersion": "1.1" } }))),
    inGuard("SSE-C for the bootstrap state", (document, { home }) =>
      change("DenySseC", () => ({
        Resource: undefined,
        NotResource: `arn:aws:s3:::${home.bucket.name}/${home.bootstrap.key}`,
      }))(document),
    ),
    inGuard(
      "lookalikes only behind a slash",
      change("DenyLockLookalikes", ({ Resource }) => ({
        Resource: listOf(Resource).map((arn) => arn.replace("?*", "/*")),
      })),
    ),
    inGuard(
      "network without the escape for what AWS services do in somebody's name",
      change("DenyOutsideNetwork", ({ Condition }) => ({
        Condition: { ...Condition, BoolIfExists: { "aws:PrincipalIsAWSService": "false" } },
      })),
    ),
    inGuard(
      "network keeps its deployer out",
      change("DenyOutsideNetwork", ({ Condition }) => ({ Condition: { ...Condition, ArnNotEquals: {} } })),
    ),
    inGuard(
      "network by address alone",
      change("DenyOutsideNetwork", ({ Condition }) => ({ Condition: { ...Condition, StringNotEquals: {} } })),
    ),
    inGuard(
      "a role of many accounts below every account's ID",
      change("OrganizationRoleObjects", ({ Resource }) => ({
        Resource: listOf(Resource).map((arn) => arn.replace("${aws:PrincipalAccount}", "*")),
      })),
    ),
    inGuard(
      "a role of many accounts in every unit",
      change("OrganizationRoleObjects", ({ Condition: { ArnLike = {}, StringEquals = {} } = {} }) => ({
        Condition: { ArnLike, StringEquals },
      })),
    ),
    inGuard("without OrganizationRoleRelease", drop("OrganizationRoleRelease")),
    inGuard(
      "an access key needs no MFA",
      change("DenyUnprovenBreakGlass", ({ Condition: { BoolIfExists = {}, ...others } = {} }) => ({
        Condition: { ...others, Bool: BoolIfExists },
      })),
    ),
    { name: "key policy: without DenyUnprovenBreakGlass", key: drop("DenyUnprovenBreakGlass") },
    {
      name: "key policy: anybody may grant it",
      key: change("DenyDeletion", ({ Action }) => ({
        Action: listOf(Action).filter((action) => action !== "kms:CreateGrant"),
      })),
    },
    {
      name: "key policy: a key in use may be deleted by break-glass",
      key: change("DenyDeletionInUse", condition({ NumericLessThan: { "kms:TrailingDaysWithoutKeyUsage": "1" } })),
    },
    { name: "key policy: without DenyDeletionInUse", key: drop("DenyDeletionInUse") },
    { name: "key policy: usable outside S3", key: drop("DenyUseOutsideS3") },
    { name: "key policy: usable for other buckets", key: drop("DenyUseForOtherObjects") },
    { name: "key policy: anybody may delete it", key: drop("DenyDeletion") },
    { name: "key policy: no delegation to IAM", key: drop("DelegateToIam") },
    forgets("s3:if-none-match"),
    forgets("s3:if-match"),
    forgets("aws:ResourceAccount"),
    forgets("s3:x-amz-copy-source"),
    forgets("s3:x-amz-storage-class"),
    forgets("s3:prefix"),
    forgets(SSE),
    forgets("kms:ViaService"),
    sees("s3:authType", "REST-HEADER"),
    sees("aws:SecureTransport", "true"),
    sees("s3:TlsVersion", "1.3"),
    inGate("takes the deletion of a version for one of an object", (asked) =>
      asked.question.action === "s3:DeleteObjectVersion"
        ? {
            ...asked,
            question: {
              ...asked.question,
              action: "s3:DeleteObject",
              context: withoutVersion(asked.question.context),
            },
          }
        : asked,
    ),
    inGate("asks nothing of keys", (asked) => (asked.question.action.startsWith("kms:") ? undefined : asked)),
    inGate("asks nothing of settings", (asked) =>
      /:(Put|Delete)(Bucket|Lifecycle|Encryption|Replication)/.test(asked.question.action) ? undefined : asked,
    ),
  ];
}
