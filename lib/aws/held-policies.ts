import { GetResourcePolicyCommand, PolicyNotFoundException } from "@aws-sdk/client-dynamodb";
import {
  paginateGetAccountAuthorizationDetails,
  type AttachedPolicy,
  type ManagedPolicyDetail,
  type PolicyDetail,
} from "@aws-sdk/client-iam";
import { UserError } from "../problem/problem";
import type { HeldPolicy } from "../policy/table-grants";
import { awsError } from "./aws-problem";
import { dynamoDbClient, iamClient, type AwsPlace, type TablePlace } from "./connect";

/** Who has policies: a user, a role or a group. */
interface Holder {
  readonly name: string;
  readonly inline: readonly PolicyDetail[];
  readonly attached: readonly AttachedPolicy[];
}

/**
 * Lists every policy that a principal of the account has, inline or managed by the account. AWS managed policies name no
 * table.
 * @throws UserError if IAM does not list all of them
 */
export async function accountPolicies(place: AwsPlace): Promise<HeldPolicy[]> {
  const holders: Holder[] = [];
  const managed: ManagedPolicyDetail[] = [];
  try {
    const filter = { Filter: ["User", "Role", "Group", "LocalManagedPolicy"] as const };
    const pages = paginateGetAccountAuthorizationDetails({ client: iamClient(place) }, { Filter: [...filter.Filter] });
    for await (const { UserDetailList = [], RoleDetailList = [], GroupDetailList = [], Policies = [] } of pages) {
      for (const { UserName = "", UserPolicyList, AttachedManagedPolicies } of UserDetailList)
        holders.push(holder(`user/${UserName}`, UserPolicyList, AttachedManagedPolicies));
      for (const { RoleName = "", RolePolicyList, AttachedManagedPolicies } of RoleDetailList)
        holders.push(holder(`role/${RoleName}`, RolePolicyList, AttachedManagedPolicies));
      for (const { GroupName = "", GroupPolicyList, AttachedManagedPolicies } of GroupDetailList)
        holders.push(holder(`group/${GroupName}`, GroupPolicyList, AttachedManagedPolicies));
      managed.push(...Policies);
    }
  } catch (error) {
    throw awsError(error, "iam:GetAccountAuthorizationDetails", "IAM of the account");
  }
  return [...holders.flatMap(inlineOf), ...managed.flatMap((policy) => managedOf(policy, holders))];
}

/** Returns the table's resource policy; undefined if it has none. @throws UserError if DynamoDB does not answer */
export async function tablePolicy(place: TablePlace, arn: string): Promise<HeldPolicy | undefined> {
  const path = `DynamoDB table ${place.name} in ${place.region}`;
  try {
    const { Policy = "" } = await dynamoDbClient(place).send(new GetResourcePolicyCommand({ ResourceArn: arn }));
    return { holders: ["the table"], name: "its resource policy", document: documentOf(Policy, path), ofTable: true };
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof PolicyNotFoundException) return undefined;
    throw awsError(error, "dynamodb:GetResourcePolicy", path);
  }
}

function holder(name: string, inline: readonly PolicyDetail[] = [], attached: readonly AttachedPolicy[] = []): Holder {
  return { name, inline, attached };
}

function inlineOf({ name: holder, inline }: Holder): HeldPolicy[] {
  return inline.map(({ PolicyName: name = "", PolicyDocument = "" }) => ({
    holders: [holder],
    name,
    document: documentOf(PolicyDocument, `policy ${name} of ${holder}`),
  }));
}

/** What nobody is attached to grants nothing. */
function managedOf(
  { Arn: arn = "", PolicyVersionList = [] }: ManagedPolicyDetail,
  all: readonly Holder[],
): HeldPolicy[] {
  const holders = all.filter(({ attached }) => attached.some(({ PolicyArn }) => PolicyArn === arn));
  const { Document = "" } = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion === true) ?? {};
  if (holders.length === 0) return [];
  return [{ holders: holders.map(({ name }) => name), name: arn, document: documentOf(Document, `policy ${arn}`) }];
}

/** IAM percent-encodes documents, DynamoDB does not; JSON that a policy is made of never begins with `%`. */
function documentOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text) as unknown;
  } catch {
    const message = "must be a policy that can be read, got something else";
    throw new UserError([{ code: "aws-call", path, message, fix: "Look at it in the AWS console." }], "unknown");
  }
}
