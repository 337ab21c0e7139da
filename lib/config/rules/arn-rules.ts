import { product } from "../../engine/spoken-engine";
import { parseArn, type Arn } from "../../policy/arn";
import { partitionOf } from "../../policy/partition";
import { found, shown, type Problem } from "../../problem/problem";
import type { AssumeRoleConfig, BucketConfig } from "../state-config";

/** A UUID as Terraform's S3 backend accepts it (RFC 4122 version and variant), or the ID of a multi-Region key. */
const KMS_KEY_ID = /^([0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
/** IAM allows `$`, `%`, braces, quotes and backslashes in a path. Terraform would read them as templates. */
const ROLE = /^role\/([!#&-[\]-z|~]+\/)?[\w+=,.@-]{1,64}$/;
const PRINCIPAL = /^(role|user)\/([!#&-[\]-z|~]+\/)?[\w+=,.@-]{1,64}$/;
/** A role of IAM Identity Center that is not under the path that AWS creates it under. */
const PATHLESS_SSO = /^role\/(?!aws-reserved\/sso\.amazonaws\.com\/([^/]+\/)?[^/]+$)([^/]+\/)*AWSReservedSSO_/i;
const SSO_FIX =
  "Use its whole ARN from `aws iam get-role`: role/aws-reserved/sso.amazonaws.com/<region>/AWSReservedSSO_…; S3 compares the path too.";
/** Roles that AWS services create for themselves. Nobody can change their policies. */
const SERVICE_ROLE = /^role\/aws-(reserved\/(?!sso\.amazonaws\.com\/)|service-role\/)/;

/** Checks the ARN of a KMS key that encrypts objects of the bucket. Source: Terraform's backend/remote-state/s3/validate.go */
export function kmsKeyArnProblems(keyArn: string, path: string, bucket: BucketConfig): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "kms-key", path, message, fix });
  const arn = parseArn(keyArn);
  if (arn?.service !== "kms" || !arn.resource.startsWith("key/")) {
    return [
      at(
        `must be the ARN of a KMS key, got ${shown(keyArn)}`,
        `Use arn:<partition>:kms:<region>:<account>:key/<id>, not an alias: ${product()} would look up an alias in the caller's account.`,
      ),
    ];
  }
  return [
    ...partitionProblems(arn, keyArn, path, bucket),
    ...found([
      !KMS_KEY_ID.test(arn.resource.slice("key/".length)) &&
        at(
          `must hold a key ID that ${product()} accepts, got ${shown(keyArn)}`,
          "Copy the ARN from `aws kms describe-key`: the ID is a UUID or begins with mrk-.",
        ),
      arn.region !== bucket.region &&
        at(
          `must be in the bucket's region ${bucket.region}, got ${shown(keyArn)}`,
          "Use a key of that region: S3 encrypts with no other.",
        ),
      !/^\d{12}$/.test(arn.account) &&
        at(`must name an account of 12 digits, got ${shown(keyArn)}`, "Copy the ARN from `aws kms describe-key`."),
    ]),
  ];
}

/**
 * Checks the ARN of a role.
 * @param accounts accounts that the role may be in, the bucket's first; @default - any, for a role that Terraform assumes
 */
export function roleArnProblems(
  roleArn: string,
  path: string,
  bucket: BucketConfig,
  accounts?: readonly string[],
): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "role-arn", path, message, fix });
  const arn = parseArn(roleArn);
  if (/[*?]/.test(roleArn))
    return [
      at(
        `must name one role, got ${shown(roleArn)}`,
        "Write out the ARN of each role: a wildcard lets in roles that nobody chose.",
      ),
    ];
  if (arn?.service === "sts" && arn.resource.startsWith("assumed-role/")) {
    return [
      at(
        `must be a role, got the session ${shown(roleArn)}`,
        "Use the role of that session: arn:<partition>:iam::<account>:role/<name>.",
      ),
    ];
  }
  if (arn?.service !== "iam" || arn.region !== "" || !/^\d{12}$/.test(arn.account) || !ROLE.test(arn.resource)) {
    return [
      at(`must be the ARN of an IAM role, got ${shown(roleArn)}`, "Use arn:<partition>:iam::<account>:role/<name>."),
    ];
  }
  return [
    ...partitionProblems(arn, roleArn, path, bucket),
    ...found([
      PATHLESS_SSO.test(arn.resource) &&
        at(`must have the path of a role of IAM Identity Center, got ${shown(roleArn)}`, SSO_FIX),
      accounts?.includes(arn.account) === false &&
        at(
          `must be in an account that the guard lets in (${accounts.join(", ")}), got ${shown(roleArn)}`,
          "Add its account to bucket.guard.accounts, and attach the policy's JSON file to the role there.",
        ),
      accounts?.[0] === arn.account &&
        SERVICE_ROLE.test(arn.resource) &&
        at(
          `must be a role that you manage, got ${shown(roleArn)}, which an AWS service manages`,
          "Name a role of your own.",
        ),
    ]),
  ];
}

/**
 * Checks the ARN of a principal that a policy names: a role, also one that AWS creates, or a user.
 * @param where `bucket-account` for principals that the guard exempts, `any-account` for principals that a role trusts
 */
export function principalArnProblems(
  principal: string,
  path: string,
  bucket: BucketConfig,
  where: "bucket-account" | "any-account" = "bucket-account",
): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "principal-arn", path, message, fix });
  const arn = parseArn(principal);
  if (/[*?]/.test(principal))
    return [
      at(
        `must name one principal, got ${shown(principal)}`,
        "Write out each ARN: a wildcard lets in principals that nobody chose.",
      ),
    ];
  if (arn?.service !== "iam" || arn.region !== "" || !/^\d{12}$/.test(arn.account) || !PRINCIPAL.test(arn.resource)) {
    return [
      at(
        `must be the ARN of a role or user, got ${shown(principal)}`,
        "Use arn:<partition>:iam::<account>:role/<name>; for a session, use its role.",
      ),
    ];
  }
  return [
    ...partitionProblems(arn, principal, path, bucket),
    ...found([
      PATHLESS_SSO.test(arn.resource) &&
        at(`must have the path of a role of IAM Identity Center, got ${shown(principal)}`, SSO_FIX),
      arn.resource.startsWith("role/aws-service-role/") &&
        at(
          `must not be a service-linked role, got ${shown(principal)}`,
          "Name the role or user that runs `statelock`: only an AWS service can use a service-linked role.",
        ),
      where === "bucket-account" &&
        arn.account !== bucket.account &&
        at(
          `must be in the bucket's account ${bucket.account}, got ${shown(principal)}`,
          "Name a role of that account: principals of other accounts cannot change the bucket.",
        ),
    ]),
  ];
}

/** Checks an assume-role block. Source: Terraform's backend/remote-state/s3/backend.go, assumeRoleSchema */
export function assumeRoleProblems(role: AssumeRoleConfig, path: string, bucket: BucketConfig): Problem[] {
  const { externalId, sessionName } = role;
  return [
    ...roleArnProblems(role.roleArn, `${path}.roleArn`, bucket),
    ...found([
      externalId !== undefined &&
        !/^[\w+=,.@:/-]{2,1224}$/.test(externalId) && {
          code: "assume-role",
          path: `${path}.externalId`,
          message: `must be 2 to 1224 letters, digits or +=,.@:/-_, got ${shown(externalId)}`,
          fix: "Use the ID that the role's trust policy requires.",
        },
      sessionName !== undefined &&
        !/^[\w+=,.@-]{2,64}$/.test(sessionName) && {
          code: "assume-role",
          path: `${path}.sessionName`,
          message: `must be 2 to 64 letters, digits or +=,.@-_, got ${shown(sessionName)}`,
          fix: "Remove it, or shorten it.",
        },
    ]),
  ];
}

/** Returns a problem if an ARN is in another partition than the bucket. */
export function partitionProblems(arn: Arn, text: string, path: string, bucket: BucketConfig): Problem[] {
  const partition = partitionOf(bucket.region);
  return found([
    partition !== undefined &&
      arn.partition !== partition && {
        code: "partition",
        path,
        message: `must be in the partition ${partition} of the region ${bucket.region}, got ${shown(text)}`,
        fix: `Use an ARN that begins with arn:${partition}:, or correct bucket.region.`,
      },
  ]);
}
