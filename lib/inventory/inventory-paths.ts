import type { AccessLevel } from "../policy/access-level";

/** Path of the guard's JSON. All paths start at the inventory's folder and use `/`. */
export const GUARD_PATH = "policies/guard.json";

/** Paths of the policies for AWS Organizations. */
export const SCP_PATH = "policies/guard.scp.json";
export const RCP_PATH = "policies/guard.rcp.json";

/** Path of the created key's policy. */
export const KEY_POLICY_PATH = "policies/key.json";

/** Returns the path of one access level's policy. */
export function policyPath(consumer: string, level: AccessLevel): string {
  return `policies/${consumer}.${level}.json`;
}

/** Returns the path of a made role's trust policy. */
export function trustPath(consumer: string, level: AccessLevel): string {
  return `policies/${consumer}.${level}.trust.json`;
}

/** Returns the path of a consumer's backend file. */
export function backendPath(consumer: string, file: string): string {
  return `backends/${consumer}/${file}`;
}

/** Returns the folder of a synthesized stack, in cdktf's layout. */
export function stackPath(stack: string): string {
  return `stacks/${stack}`;
}
