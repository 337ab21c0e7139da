import type { PolicyDocument } from "../policy-document";
import type { ObjectTags } from "../object-tags";
import type { Partition } from "../partition";

/**
 * The exceptions from the guard. Each turns off one deny; IAM policies still decide who may do what.
 *
 * | exception | allows |
 * |---|---|
 * | `presigned-downloads` | reading objects through presigned URLs, as the console does; the guard still denies uploads |
 * | `unconditional-release` | unlockers and break-glass to delete a lock without its ETag: `terraform force-unlock` |
 * | `any-encryption` | writes with any algorithm or key, while clients still use the settings from before a change |
 * | `state-deletion` | deleting a state |
 * | `history-deletion` | deleting versions of a state |
 * | `posture-changes` | changing the bucket's settings |
 * @example
 * const allow = GUARD_EXCEPTIONS.filter((each) => each.endsWith("deletion"));
 */
export const GUARD_EXCEPTIONS = [
  "presigned-downloads",
  "unconditional-release",
  "any-encryption",
  "state-deletion",
  "history-deletion",
  "posture-changes",
] as const;

/**
 * An exception from the guard: see the table of `GUARD_EXCEPTIONS`.
 * @example
 * const allow: GuardException[] = ["presigned-downloads"];
 */
export type GuardException = (typeof GUARD_EXCEPTIONS)[number];

/**
 * What a session of a break-glass principal must have: see `GuardConfig.breakGlassRequires`.
 * @example
 * const proof: BreakGlassProof = "mfa";
 */
export type BreakGlassProof = "mfa" | "source-identity";

/** Every proof that there is. */
export const BREAK_GLASS_PROOFS = ["mfa", "source-identity"] as const satisfies readonly BreakGlassProof[];

/** Principals for emergencies, and the proof that their sessions must have. */
export type ProvenBreakGlass = Pick<GuardScope, "breakGlass" | "breakGlassRequires">;

/**
 * The networks from which requests may come: see `NetworkConfig`.
 * @example
 * const network: NetworkPerimeter = { vpcs: ["vpc-0123456789abcdef0"] };
 */
export interface NetworkPerimeter {
  readonly vpcEndpoints?: readonly string[] | undefined;
  readonly vpcs?: readonly string[] | undefined;
  readonly sourceIps?: readonly string[] | undefined;
}

/**
 * A role of one name in the accounts of an organization: see `OrganizationRoleConfig`.
 * @example
 * const role: OrganizationRole = { name: "terraform", paths: ["o-abcde12345/r-ab12/*"], organization: "o-abcde12345" };
 */
export interface OrganizationRole {
  /** The role's name, with its path if it has one. */
  readonly name: string;
  /** Paths of the organization: `o-…/r-…/ou-…/*`. */
  readonly paths: readonly string[];
  readonly organization: string;
}

/**
 * Everything that the guard depends on. Principals are ARNs of roles or users, never of sessions.
 * @example
 * const guardScope: GuardScope = {
 *   partition: "aws",
 *   bucket: "acme-tfstate",
 *   account: "123456789012",
 *   accounts: [],
 *   organization: undefined,
 *   deployers: ["arn:aws:iam::123456789012:role/platform"],
 *   breakGlass: [],
 *   unlockers: [],
 *   workspaceAdmins: [],
 *   encryption: { sseS3: true, kmsKeys: [] },
 *   bootstrapKey: "bootstrap/terraform.tfstate",
 *   external: [],
 *   allow: [],
 * };
 */
export interface GuardScope {
  readonly partition: Partition;
  readonly bucket: string;
  /** The account that owns the bucket. The guard never denies it as foreign, whatever `organization` is. */
  readonly account: string;
  /** Other accounts whose principals the guard does not deny as foreign. */
  readonly accounts: readonly string[];
  /** The AWS organization whose principals the guard does not deny as foreign. */
  readonly organization: string | undefined;
  /** Principals that deploy the bootstrap stack. Empty: the guard protects neither history nor settings. */
  readonly deployers: readonly string[];
  /** Principals for emergencies, exempt from the denies on deletion and settings. */
  readonly breakGlass: readonly string[];
  /**
   * What their sessions must have.
   * @default - nothing
   */
  readonly breakGlassRequires?: BreakGlassProof | undefined;
  /** The roles of level `unlocker`. */
  readonly unlockers: readonly string[];
  readonly workspaceAdmins: readonly WorkspaceAdmin[];
  readonly encryption: AcceptedEncryption;
  /** Key of the bootstrap stack's own state, which accepts any encryption: see `denyOtherEncryption`. */
  readonly bootstrapKey: string;
  /**
   * True if the key of a state continues after the suffix of a lock, as in `a.tflock/b`.
   * @default false
   */
  readonly lockLikeStates?: boolean;
  /** The objects that clients tag. @default - none: the guard leaves no tagging open */
  readonly tagging?: Tagging | undefined;
  /** The policies of roles of other accounts. */
  readonly external: readonly ExternalAccess[];
  /**
   * A role that may use the keys below the ID of its own account.
   * @default - none
   */
  readonly organizationRole?: OrganizationRole | undefined;
  /**
   * The networks from which requests may come.
   * @default - any
   */
  readonly network?: NetworkPerimeter | undefined;
  readonly allow: readonly GuardException[];
}

/**
 * A role with the level `workspace-admin`, and the patterns of the keys that it may delete.
 * @example
 * const admin: WorkspaceAdmin = { role: "arn:aws:iam::123456789012:role/admin", states: ["team/app.tfstate"] };
 */
export interface WorkspaceAdmin {
  readonly role: string;
  readonly states: readonly string[];
}

/**
 * The objects that OpenTofu tags (`lock_tags`, `state_tags`).
 * @example
 * const tagging: Tagging = { objects: ["app/*"], lockTags: [{ kind: "lock" }] };
 */
export interface Tagging {
  /** Keys, or patterns of keys. */
  readonly objects: readonly string[];
  /** The tags by which lifecycle rules know locks. */
  readonly lockTags: readonly ObjectTags[];
}

/**
 * The encryption that a write may name. A write that names none gets the bucket's default.
 * @example
 * const encryption: AcceptedEncryption = { sseS3: true, kmsKeys: [] };
 */
export interface AcceptedEncryption {
  /** `AES256`. */
  readonly sseS3: boolean;
  /** ARNs of KMS keys, or patterns of ARNs while only the account is known. */
  readonly kmsKeys: readonly string[];
}

/**
 * The policy of one access level of one consumer, and the roles of other accounts with this level.
 * @example
 * const roles = guardScope.external.flatMap((each: ExternalAccess) => each.roles);
 */
export interface ExternalAccess {
  readonly roles: readonly string[];
  readonly policy: PolicyDocument;
}
