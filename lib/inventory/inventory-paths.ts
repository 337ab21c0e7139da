import type { AccessLevel } from "../policy/access-level";

/** Where synth puts things, from the folder of the inventory; always with `/`. */
export const GUARD_PATH = "policies/guard.json";

/** The created key's policy; there is none without such a key. */
export const KEY_POLICY_PATH = "policies/key.json";

/** Path of one access level's policy. */
export function policyPath(consumer: string, level: AccessLevel): string {
  return `policies/${consumer}.${level}.json`;
}

/** Path of a made role's trust policy. */
export function trustPath(consumer: string, level: AccessLevel): string {
  return `policies/${consumer}.${level}.trust.json`;
}

/** Path of one of a consumer's backend files. */
export function backendPath(consumer: string, file: string): string {
  return `backends/${consumer}/${file}`;
}

/** Folder of a synthesized stack: cdktf's own layout. */
export function stackPath(stack: string): string {
  return `stacks/${stack}`;
}
