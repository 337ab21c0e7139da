import type { PolicyDocument } from "../policy-document";
import type { Partition } from "../partition";

/**
 * What the guard can be told to let pass.
 *
 * | exception | lets |
 * |---|---|
 * | `presigned-downloads` | objects be read through presigned URLs, as the console does; uploads stay refused |
 * | `unconditional-release` | unlockers and break-glass delete a lock without naming its ETag: `terraform force-unlock` |
 * | `any-encryption` | writes name any algorithm or key: while clients still send what was right before a change |
 * | `state-deletion` | whoever IAM lets delete a state |
 * | `history-deletion` | whoever IAM lets delete versions of a state |
 * | `posture-changes` | whoever IAM lets change the bucket's settings |
 */
export const GUARD_EXCEPTIONS = [
  "presigned-downloads",
  "unconditional-release",
  "any-encryption",
  "state-deletion",
  "history-deletion",
  "posture-changes",
] as const;

export type GuardException = (typeof GUARD_EXCEPTIONS)[number];

/** What the guard depends on. Principals are ARNs of roles or users, never of sessions. */
export interface GuardScope {
  readonly partition: Partition;
  readonly bucket: string;
  /** The account that owns the bucket: never refused as a stranger, whatever the organization is said to be. */
  readonly account: string;
  /** Other accounts whose principals are no strangers. */
  readonly accounts: readonly string[];
  /** The AWS organization whose principals are no strangers. */
  readonly organization: string | undefined;
  /** Who deploys the bootstrap stack. None: history and posture are not guarded. */
  readonly deployers: readonly string[];
  /** Who may do in an emergency what nobody else may. */
  readonly breakGlass: readonly string[];
  /** The roles of level `unlocker`. */
  readonly unlockers: readonly string[];
  readonly workspaceAdmins: readonly WorkspaceAdmin[];
  readonly encryption: AcceptedEncryption;
  /** Key of the bootstrap stack's own state, which may be written with any encryption: see `denyOtherEncryption`. */
  readonly bootstrapKey: string;
  /** What roles of other accounts were given. */
  readonly external: readonly ExternalAccess[];
  readonly allow: readonly GuardException[];
}

/** A role of level `workspace-admin`, and the patterns of the keys it may delete. */
export interface WorkspaceAdmin {
  readonly role: string;
  readonly states: readonly string[];
}

/** What a write may name. A write that names nothing gets the bucket's default. */
export interface AcceptedEncryption {
  /** `AES256`. */
  readonly sseS3: boolean;
  /** ARNs of KMS keys, or patterns of them where only the account is known. */
  readonly kmsKeys: readonly string[];
}

/** One level of one consumer, and the roles of other accounts that have it. */
export interface ExternalAccess {
  readonly roles: readonly string[];
  readonly policy: PolicyDocument;
}
