import { accountOf } from "../policy/arn";
import type { OrganizationRole } from "../policy/guard/guard-scope";
import { organizationRoleArn } from "../policy/guard/allow-organization-role";
import { partitionOrDefault } from "../policy/partition";
import { consumerKey } from "./config-defaults";
import type { BucketConfig, ConsumerConfig, GuardConfig } from "./state-config";

/** Returns the role of many accounts that a config names. Undefined if it names none, or no organization. */
export function organizationRoleOf({
  organizationRole: role,
  organization,
}: GuardConfig): OrganizationRole | undefined {
  return role === undefined || organization === undefined ? undefined : { ...role, organization };
}

/** What decides whether the statements for the role of many accounts are enough for a consumer. */
type Keys = Pick<ConsumerConfig, "name" | "key" | "workspaceKeyPrefix" | "lockTags" | "stateTags">;

/** True if a role is the one of many accounts, and everything that it needs for this consumer is below its account's ID. */
export function isOrganizationAccess(
  role: string,
  consumer: Keys,
  { guard = {}, region, account: own }: Pick<BucketConfig, "guard" | "region" | "account">,
): boolean {
  const known = organizationRoleOf(guard);
  const account = accountOf(role);
  if (known === undefined || account === own) return false;
  const { workspaceKeyPrefix, lockTags, stateTags } = consumer;
  const places = [consumerKey(consumer), ...(workspaceKeyPrefix === undefined ? [] : [workspaceKeyPrefix])];
  return (
    role === organizationRoleArn(partitionOrDefault(region), known, account) &&
    places.every((place) => place.startsWith(`${account}/`)) &&
    lockTags === undefined &&
    stateTags === undefined
  );
}
