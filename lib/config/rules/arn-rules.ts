import { parseArn, type Arn } from "../../policy/arn";
import { partitionOf } from "../../policy/partition";
import { found, shown, type Problem } from "../../problem/problem";
import type { AssumeRoleConfig, BucketConfig } from "../state-config";

/** A UUID as Terraform's S3 backend wants it (RFC 4122 version and variant), or a multi-Region key's id. */
const KMS_KEY_ID = /^([0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
/** IAM allows `$`, `%`, braces, quotes and backslashes in a path; in the files that Terraform reads they are templates. */
const ROLE = /^role\/([!#&-[\]-z|~]+\/)?[\w+=,.@-]{1,64}$/;
const PRINCIPAL = /^(role|user)\/([!#&-[\]-z|~]+\/)?[\w+=,.@-]{1,64}$/;
/** Roles that AWS's services make for themselves: their policies cannot be changed. */
const SERVICE_ROLE = /^role\/aws-(reserved\/(?!sso\.amazonaws\.com\/)|service-role\/)/;

/** Problems of a KMS key that is to encrypt objects of the bucket. Source: Terraform's backend/remote-state/s3/validate.go */
export function kmsKeyArnProblems(keyArn: string, path: string, bucket: BucketConfig): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "kms-key", path, message, fix });
  const arn = parseArn(keyArn);
  if (arn?.service !== "kms" || !arn.resource.startsWith("key/")) {
    return [
      at(
        `must be the ARN of a KMS key, got ${shown(keyArn)}`,
        "Give arn:<partition>:kms:<region>:<account>:key/<id>: an alias is resolved in the caller's account, and policies compare ARNs.",
      ),
    ];
  }
  return [
    ...partitionProblems(arn, keyArn, path, bucket),
    ...found([
      !KMS_KEY_ID.test(arn.resource.slice("key/".length)) &&
        at(
          `must hold a key id that Terraform accepts, got ${shown(keyArn)}`,
          "Copy the ARN from `aws kms describe-key`: the id is a UUID or begins with mrk-.",
        ),
      arn.region !== bucket.region &&
        at(
          `must lie in the bucket's region ${bucket.region}, got ${shown(keyArn)}`,
          "Use a key of that region: S3 encrypts with no other.",
        ),
      !/^\d{12}$/.test(arn.account) &&
        at(`must name an account of 12 digits, got ${shown(keyArn)}`, "Copy the ARN from `aws kms describe-key`."),
    ]),
  ];
}

/**
 * Problems of the ARN of a role. `accounts` set: it is given access, so it must lie in one of them; the first is the
 * bucket's, where policies are attached to it.
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
        "Write each role's ARN out; wildcards would let in roles nobody meant.",
      ),
    ];
  if (arn?.service === "sts" && arn.resource.startsWith("assumed-role/")) {
    return [
      at(
        `must be a role, got the session ${shown(roleArn)}`,
        "Give the role behind it: arn:<partition>:iam::<account>:role/<name>.",
      ),
    ];
  }
  if (arn?.service !== "iam" || arn.region !== "" || !/^\d{12}$/.test(arn.account) || !ROLE.test(arn.resource)) {
    return [
      at(`must be the ARN of an IAM role, got ${shown(roleArn)}`, "Give arn:<partition>:iam::<account>:role/<name>."),
    ];
  }
  return [
    ...partitionProblems(arn, roleArn, path, bucket),
    ...found([
      accounts?.includes(arn.account) === false &&
        at(
          `must lie in an account that is let in (${accounts.join(", ")}), got ${shown(roleArn)}`,
          "Add its account to bucket.guard.accounts, and attach the policy's JSON file to the role there yourself.",
        ),
      accounts?.[0] === arn.account &&
        SERVICE_ROLE.test(arn.resource) &&
        at(`must be a role of yours, got ${shown(roleArn)}, which an AWS service manages`, "Name another role."),
    ]),
  ];
}

/**
 * Problems of a principal that a policy names: a role, also one that AWS makes, or a user. Those that the guard leaves
 * out of a deny must lie in the bucket's account.
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
        "Write each ARN out; a wildcard would mean principals nobody named.",
      ),
    ];
  if (arn?.service !== "iam" || arn.region !== "" || !/^\d{12}$/.test(arn.account) || !PRINCIPAL.test(arn.resource)) {
    return [
      at(
        `must be the ARN of a role or user, got ${shown(principal)}`,
        "Give arn:<partition>:iam::<account>:role/<name>; for a session, the role behind it.",
      ),
    ];
  }
  return [
    ...partitionProblems(arn, principal, path, bucket),
    ...found([
      where === "bucket-account" &&
        arn.account !== bucket.account &&
        at(
          `must lie in the bucket's account ${bucket.account}, got ${shown(principal)}`,
          "Name a role of that account: principals of others cannot change the bucket at all.",
        ),
    ]),
  ];
}

/** Problems of an assume-role block. Source: Terraform's backend/remote-state/s3/backend.go, assumeRoleSchema */
export function assumeRoleProblems(role: AssumeRoleConfig, path: string, bucket: BucketConfig): Problem[] {
  const at = (field: string, message: string, fix: string): Problem => ({
    code: "assume-role",
    path: `${path}.${field}`,
    message,
    fix,
  });
  const { externalId, sessionName } = role;
  return [
    ...roleArnProblems(role.roleArn, `${path}.roleArn`, bucket),
    ...found([
      externalId !== undefined &&
        !/^[\w+=,.@:/-]{2,1224}$/.test(externalId) &&
        at(
          "externalId",
          `must be 2 to 1224 letters, digits or +=,.@:/-_, got ${shown(externalId)}`,
          "Use the id that the role's trust policy asks for.",
        ),
      sessionName !== undefined &&
        !/^[\w+=,.@-]{2,64}$/.test(sessionName) &&
        at(
          "sessionName",
          `must be 2 to 64 letters, digits or +=,.@-_, got ${shown(sessionName)}`,
          "Leave it out, or shorten it.",
        ),
    ]),
  ];
}

/** A problem where an ARN lies in another partition than the bucket. */
export function partitionProblems(arn: Arn, text: string, path: string, bucket: BucketConfig): Problem[] {
  const partition = partitionOf(bucket.region);
  return found([
    partition !== undefined &&
      arn.partition !== partition && {
        code: "partition",
        path,
        message: `must lie in the partition ${partition} of the region ${bucket.region}, got ${shown(text)}`,
        fix: `Use an ARN that begins with arn:${partition}:, or correct bucket.region.`,
      },
  ]);
}
