import { s3Arn } from "../arn";
import { oneOrMany, type Condition, type Statement } from "../policy-document";
import type { Partition } from "../partition";
import { LOCK_SUFFIX } from "../../state/state-keys";
import type { GuardScope, OrganizationRole } from "./guard-scope";

/** A policy variable: the account of the principal that asks. */
const OWN_ACCOUNT = "${aws:PrincipalAccount}";

/** Returns the ARN of the role in one account. */
export function organizationRoleArn(
  partition: Partition,
  { name }: Pick<OrganizationRole, "name">,
  account: string,
): string {
  return `arn:${partition}:iam::${account}:role/${name}`;
}

/** Returns the condition that only the role meets, in the accounts below the paths. */
function isOrganizationRole(partition: Partition, role: OrganizationRole): Condition {
  return {
    ArnLike: { "aws:PrincipalArn": organizationRoleArn(partition, role, "*") },
    "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": oneOrMany(role.paths) },
    // Without a whole organization, S3 would call the policy public.
    StringEquals: { "aws:PrincipalOrgID": role.organization },
  };
}

/**
 * Allows the role what an applier needs, below the ID of its own account. Two statements are enough for any number of
 * accounts, because the resource holds a policy variable. The denies of the guard apply to it as to everybody, so it
 * deletes no state.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function allowOrganizationRole({ partition, bucket, organizationRole: role }: GuardScope): Statement[] {
  if (role === undefined) return [];
  const condition = isOrganizationRole(partition, role);
  const own = (key: string): string => s3Arn(partition, bucket, `${OWN_ACCOUNT}/${key}`);
  return [
    {
      Sid: "OrganizationRoleList",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:ListBucket",
      Resource: s3Arn(partition, bucket),
      Condition: { ...condition, StringLike: { "s3:prefix": `${OWN_ACCOUNT}/*` } },
    },
    {
      Sid: "OrganizationRoleObjects",
      Effect: "Allow",
      Principal: "*",
      Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
      Resource: own("*"),
      Condition: condition,
    },
    {
      Sid: "OrganizationRoleRelease",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:DeleteObject",
      Resource: own(`*${LOCK_SUFFIX}`),
      Condition: condition,
    },
  ];
}

/** Allows the role to use the key of the bucket. The denies of the key policy keep it to S3 and to this bucket. */
export function allowOrganizationKeyUse(partition: Partition, role: OrganizationRole | undefined): Statement[] {
  if (role === undefined) return [];
  return [
    {
      Sid: "OrganizationRole",
      Effect: "Allow",
      Principal: "*",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: isOrganizationRole(partition, role),
    },
  ];
}
