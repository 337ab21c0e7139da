import { DisableKeyCommand, DisableKeyRotationCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import {
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DetachRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { managedPolicyName } from "../../lib/config/made-roles";
import type { AccessLevel } from "../../lib/policy/access-level";
import { compactPolicyJson } from "../../lib/policy/policy-document";
import { principalsTrust } from "../../lib/policy/trust-policy";
import { role } from "./home";
import { lockBody } from "../../lab/memory/memory-s3";
import {
  BUCKET,
  changed,
  DEV_STATE,
  GUARD,
  HOME,
  HISTORY_RULE,
  KEY_POLICY,
  STATE,
  withForeign,
  type GoodBucket,
} from "./good-bucket";

/** What somebody does to a good bucket, and what `verify` has to say of it: `code result`. */
type Drift = readonly [name: string, plant: (bucket: GoodBucket) => Promise<unknown>, expected: string[]];

const policyArn = (level: AccessLevel): string =>
  `arn:aws:iam::${HOME.bucket.account}:policy/statelock/${managedPolicyName(BUCKET, "app", level)}`;

/** One of each that there is a check for. */
export function drifts(): readonly Drift[] {
  return [
    // moto 5.2.1 does not find a version of a bucket whose versioning is suspended.
    ["versioning suspended", (bucket) => bucket.versioning("Suspended"), ["versioning fail", "state-history unknown"]],
    [
      "SSE-S3 instead of the key",
      (bucket) => bucket.encryptWith(undefined),
      ["key-alias fail", "key-rotation fail", "key-policy fail", "encryption fail"],
    ],
    [
      "no default encryption",
      (bucket) => bucket.s3.send(new DeleteBucketEncryptionCommand({ Bucket: BUCKET })),
      ["key-alias fail", "key-rotation fail", "key-policy fail", "encryption fail"],
    ],
    ["bucket key off", (bucket) => bucket.encryptWith(bucket.keyArn, false), ["encryption fail"]],
    ["key disabled", (bucket) => bucket.kms.send(new DisableKeyCommand({ KeyId: bucket.keyId })), ["key-state fail"]],
    [
      "key not rotated",
      (bucket) => bucket.kms.send(new DisableKeyRotationCommand({ KeyId: bucket.keyId })),
      ["key-rotation fail"],
    ],
    [
      "key policy opened",
      (bucket) =>
        bucket.kms.send(
          new PutKeyPolicyCommand({
            KeyId: bucket.keyId,
            PolicyName: "default",
            Policy: compactPolicyJson(withForeign(KEY_POLICY)),
          }),
        ),
      ["key-policy fail"],
    ],
    [
      "key policy weakened",
      (bucket) =>
        bucket.kms.send(
          new PutKeyPolicyCommand({
            KeyId: bucket.keyId,
            PolicyName: "default",
            Policy: compactPolicyJson(changed(KEY_POLICY, { Action: "kms:Encrypt" })),
          }),
        ),
      ["key-policy fail"],
    ],
    [
      "public access open",
      (bucket) => bucket.s3.send(new DeletePublicAccessBlockCommand({ Bucket: BUCKET })),
      ["public-access fail"],
    ],
    [
      "one public access flag off",
      (bucket) =>
        bucket.s3.send(
          new PutPublicAccessBlockCommand({
            Bucket: BUCKET,
            PublicAccessBlockConfiguration: {
              BlockPublicAcls: true,
              IgnorePublicAcls: true,
              BlockPublicPolicy: true,
              RestrictPublicBuckets: false,
            },
          }),
        ),
      ["public-access fail"],
    ],
    ["ACLs on", (bucket) => bucket.own("ObjectWriter"), ["ownership fail"]],
    [
      "no guard",
      (bucket) => bucket.s3.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET })),
      ["guard fail", "sse-c fail"],
    ],
    [
      "guard weaker: another condition",
      (bucket) => bucket.policy(changed(GUARD, { Condition: { Bool: { "aws:SecureTransport": "true" } } })),
      ["guard fail"],
    ],
    [
      "guard weaker: more is left out",
      (bucket) => bucket.policy(changed(GUARD, { NotResource: `arn:aws:s3:::${BUCKET}/*` })),
      ["guard fail"],
    ],
    ["guard turned round", (bucket) => bucket.policy(changed(GUARD, { Effect: "Allow" })), ["guard fail"]],
    ["foreign statement", (bucket) => bucket.policy(withForeign(GUARD)), ["guard fail"]],
    [
      "no lifecycle",
      (bucket) => bucket.s3.send(new DeleteBucketLifecycleCommand({ Bucket: BUCKET })),
      ["lifecycle fail"],
    ],
    [
      "current objects expire",
      (bucket) =>
        bucket.lifecycle([
          HISTORY_RULE,
          { ID: "old", Status: "Enabled", Filter: { Prefix: "app/" }, Expiration: { Days: 30 } },
        ]),
      ["lifecycle fail"],
    ],
    [
      "history trimmed earlier",
      (bucket) =>
        bucket.lifecycle([
          HISTORY_RULE,
          { ...HISTORY_RULE, ID: "eager", NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        ]),
      ["lifecycle fail"],
    ],
    [
      "states go to an archive",
      (bucket) =>
        bucket.lifecycle([
          HISTORY_RULE,
          {
            ID: "cold",
            Status: "Enabled",
            Filter: { Prefix: "" },
            Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
          },
        ]),
      ["lifecycle fail"],
    ],
    ["logs off", (bucket) => bucket.logTo(undefined), ["logs fail"]],
    ["logs elsewhere", (bucket) => bucket.logTo("elsewhere/"), ["logs fail"]],
    [
      "state with SSE-S3",
      (bucket) => bucket.put(STATE, "{}", { ServerSideEncryption: "AES256" }),
      ["state-encryption fail"],
    ],
    [
      "a workspace's state with SSE-S3",
      (bucket) => bucket.put(DEV_STATE, "{}", { ServerSideEncryption: "AES256" }),
      ["state-encryption fail"],
    ],
    [
      "a managed policy opened",
      async (bucket) => {
        const PolicyDocument = compactPolicyJson(withForeign(GUARD));
        await bucket.iam.send(
          new CreatePolicyVersionCommand({ PolicyArn: policyArn("reader"), PolicyDocument, SetAsDefault: true }),
        );
      },
      ["managed-policies fail"],
    ],
    [
      "a policy detached from its role",
      (bucket) => bucket.iam.send(new DetachRolePolicyCommand({ RoleName: "reader", PolicyArn: policyArn("reader") })),
      ["attachments fail"],
    ],
    [
      "a policy that a failed apply never made",
      (bucket) => bucket.iam.send(new DeletePolicyCommand({ PolicyArn: policyArn("applier") })),
      ["managed-policies fail"],
    ],
    [
      "a created role trusts somebody else",
      (bucket) =>
        bucket.iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: `${BUCKET}.app.planner`,
            PolicyDocument: compactPolicyJson(principalsTrust("aws", [role("somebody")])),
          }),
        ),
      ["created-roles fail"],
    ],
    ["no state of the bootstrap stack", (bucket) => bucket.remove(HOME.bootstrap.key), ["bootstrap-state fail"]],
    ["a digest left over", (bucket) => bucket.digest(STATE), ["left-digest fail"]],
    ["a workspace's digest left over", (bucket) => bucket.digest(DEV_STATE), ["left-digest fail"]],
    [
      "a workspace's lock, restored",
      (bucket) => bucket.put(`${DEV_STATE}.tflock`, lockBody("A", { Path: "old-bucket/x" })),
      ["stale-locks fail"],
    ],
    [
      "a lock of another path",
      (bucket) => bucket.put(`${STATE}.tflock`, lockBody("A", { Path: "old-bucket/x" })),
      ["stale-locks fail"],
    ],
    [
      "a restored lock at a key that no consumer has",
      (bucket) => bucket.put("gone.tflock", lockBody("A", { Path: "old-bucket/x" })),
      ["other-locks fail"],
    ],
  ];
}
