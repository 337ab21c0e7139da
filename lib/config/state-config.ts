import type { AccessLevel, Locking } from "../policy/access-level";
import type { GuardException } from "../policy/guard/guard-scope";

/** What an operator writes in `state.config.ts`. */
export interface StateConfig {
  /** Where an editor finds the JSON Schema of this file; only editors read it. */
  readonly $schema?: string;
  readonly bucket: BucketConfig;
  /**
   * How consumers lock, unless they say otherwise.
   * @default "lockfile"
   */
  readonly locking?: Locking;
  /**
   * Name of the DynamoDB table that is being retired, in the bucket's account and region: 3 to 255 letters, digits,
   * `_`, `.`, `-`. Needed while any consumer's locking is `both` or `dynamodb`.
   */
  readonly legacyTable?: string;
  /**
   * Makes the legacy table, which must exist, part of the bootstrap stack until it is retired:
   * - `protected`: paid on demand, with point-in-time recovery, encryption under the key that AWS manages for DynamoDB,
   *   deletion protection and `prevent_destroy`;
   * - `unprotected`: the last step, possible when no consumer locks in it any more. Deploy that, then remove this field
   *   and `legacyTable`: the next deploy deletes the table.
   * @default - the table is somebody else's, and left alone
   */
  readonly manageLegacyTable?: LegacyTableManagement;
  /** Every Terraform root that keeps its state in the bucket. Names, state keys and workspace trees must not overlap. */
  readonly consumers: readonly ConsumerConfig[];
  /**
   * Which managed IAM policies the bootstrap stack creates: one for every access level of every consumer, or only
   * those that `access` attaches to a role. The JSON files are written for all of them either way.
   * @default "all"
   */
  readonly managedPolicies?: "all" | "attached";
  /** What the roles that the bootstrap stack makes share. @default - nothing: roles trust by name, without a boundary */
  readonly madeRoles?: MadeRolesConfig;
}

/** How the bootstrap stack keeps the legacy table: see `StateConfig.manageLegacyTable`. */
export const LEGACY_TABLE_MANAGEMENTS = ["protected", "unprotected"] as const;
export type LegacyTableManagement = (typeof LEGACY_TABLE_MANAGEMENTS)[number];

/** The state bucket. */
export interface BucketConfig {
  /**
   * Globally unique: 3 to 63 lower-case letters, digits and hyphens, no dots.
   * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   */
  readonly name: string;
  /** Region of the bucket, for example `eu-central-1`. It decides the partition: aws, aws-cn or aws-us-gov. */
  readonly region: string;
  /** The 12 digits of the account that owns the bucket, as text: a leading zero counts. */
  readonly account: string;
  /** @default { type: "sse-s3" } */
  readonly encryption?: EncryptionConfig;
  /** @default { days: 90, newestVersions: 100 } */
  readonly history?: HistoryConfig;
  /** @default - no server access logs */
  readonly accessLogs?: AccessLogsConfig;
  /**
   * Whether S3 tells Amazon EventBridge of every object that is written or deleted, states and locks alike; rules for them are
   * yours. Every other notification of the bucket is taken away with it: Terraform keeps them as one setting.
   * @default false
   */
  readonly eventBridge?: boolean;
  /** @default - everything that needs no principal to be named is guarded; history and posture are not */
  readonly guard?: GuardConfig;
  /** Tags of every resource of the bootstrap stack: at most 45, keys up to 128 and values up to 256 characters. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * State key of the bootstrap stack itself.
   * @default "bootstrap/terraform.tfstate"
   */
  readonly bootstrapKey?: string;
}

/** How objects are encrypted. SSE-C is refused: Terraform cannot read a lock that it encrypts, and AWS is retiring it. */
export type EncryptionConfig =
  /** With keys that S3 owns; free, and no grant is needed. */
  | { readonly type: "sse-s3" }
  /** With a KMS key that the bootstrap stack creates: rotated yearly, behind a bucket key. */
  | {
      readonly type: "created-key";
      /**
       * Begins with `alias/`, not with `alias/aws/`. Policies name the key by it until `keyArn` is set.
       * @default "alias/<bucket name>"
       */
      readonly alias?: string;
      /**
       * The ARN that the first deploy printed (output `kms_key_arn`). When set, backends emit it with `encrypt`, and
       * policies name the key by ARN.
       * @default - unknown: backends leave encryption to the bucket's default, which is this key
       */
      readonly keyArn?: string;
    }
  /** With a KMS key that exists, in the bucket's region. Its policy is yours. */
  | { readonly type: "existing-key"; readonly keyArn: string };

/** How much history is kept. A version is removed when it is older than `days` and not among the newest; a current object never. */
export interface HistoryConfig {
  /**
   * Days since a version was replaced: 1 or more.
   * @default 90
   */
  readonly days?: number;
  /**
   * Newest replaced versions of each object that are kept whatever their age: 1 to 100.
   * @default 100
   */
  readonly newestVersions?: number;
}

/** Server access logs of the state bucket. */
export interface AccessLogsConfig {
  /**
   * An existing bucket of the same account and region, other than the state bucket, that lets S3 deliver logs.
   * @default - a bucket is created: `<bucket name>-logs`
   */
  readonly bucket?: string;
  /**
   * Prefix of the log objects.
   * @default "<bucket name>/"
   */
  readonly prefix?: string;
  /**
   * Days after which a log in a created bucket is removed: 1 or more.
   * @default 365
   */
  readonly days?: number;
}

/** What the bucket policy refuses. Principals are ARNs of roles or users, without wildcards. */
export interface GuardConfig {
  /**
   * Who deploys the bootstrap stack, in the bucket's account. Naming them turns on the statements that keep everybody
   * else from deleting versions and from changing the bucket's settings.
   * @default - none: history and posture are not guarded
   */
  readonly deployers?: readonly string[];
  /**
   * Who may delete a state, delete its versions, change the bucket's settings and disable or delete a created key, in
   * the bucket's account. Never a principal that runs Terraform: it releases locks only by their ETag.
   * @default - none: nobody deletes a state
   */
  readonly breakGlass?: readonly string[];
  /**
   * Other accounts, 12 digits each, whose principals are let through, and whose roles `access` may name.
   * @default - the bucket's account alone
   */
  readonly accounts?: readonly string[];
  /**
   * Id of the AWS organization whose principals are let through, `o-` and 10 to 32 characters. What they may do is
   * still said by policies.
   * @default - none
   */
  readonly organization?: string;
  /**
   * What the guard lets pass that it would refuse: `presigned-downloads` (the console's), `unconditional-release`
   * (`terraform force-unlock` by unlockers), `any-encryption` (while clients still send what was right before a change),
   * `state-deletion`, `history-deletion`, `posture-changes`.
   * @default - nothing
   */
  readonly allow?: readonly GuardException[];
}

/** One Terraform root that keeps one state key in the bucket. */
export interface ConsumerConfig {
  /** Unique whatever its case: 1 to 48 letters, digits, `-` and `_`. It names files, policies and the CDKTF stack. */
  readonly name: string;
  /**
   * `cdktf`: a stack in this project (see `ConsumerStack`). `terraform`: a plain root anywhere.
   * @default "terraform"
   */
  readonly type?: "cdktf" | "terraform";
  /**
   * State key of the default workspace: no wildcard, no `${`, no empty, `.` or `..` segment, not ending in `.tflock`.
   * @default "<name>/terraform.tfstate"
   */
  readonly key?: string;
  /**
   * Terraform's `workspace_key_prefix`. Give each consumer its own: whoever may use it sees the names of all objects
   * below it.
   * @default - the consumer uses the default workspace only
   */
  readonly workspaceKeyPrefix?: string;
  /**
   * ARN of a KMS key of the bucket's region for this consumer's state alone.
   * @default - the bucket's encryption
   */
  readonly kmsKeyArn?: string;
  /** The role Terraform assumes to reach the bucket. @default - the caller's own credentials */
  readonly assumeRole?: AssumeRoleConfig;
  /** The role others assume to read this consumer's outputs. @default - the reader's own credentials */
  readonly readerRole?: AssumeRoleConfig;
  /** @default - the config's `locking` */
  readonly locking?: Locking;
  /**
   * ARNs of the roles of each level. Those in the bucket's account get its managed policy attached. Those in an account
   * of `bucket.guard.accounts` are let in by the guard and a created key's policy; attach the policy's file to them there.
   * A role of IAM Identity Center in the bucket's account is named for `unlocker` and `workspace-admin` alone, which the
   * guard must know; its permission set references the managed policy.
   */
  readonly access?: Readonly<Partial<Record<AccessLevel, readonly string[]>>>;
  /** A role of each level that the bootstrap stack makes, beside those of `access`. @default - none is made */
  readonly roles?: Readonly<Partial<Record<AccessLevel, RoleConfig>>>;
}

/** A role that the bootstrap stack makes for one level of one consumer, in the bucket's account. */
export interface RoleConfig {
  /** Who may assume it. */
  readonly trust: TrustConfig;
  /**
   * Unique in the account whatever its case: 1 to 64 letters, digits and `+=,.@-_`.
   * @default "<bucket name>.<consumer>.<level>"
   */
  readonly name?: string;
  /**
   * ARN of a managed policy, of the bucket's account or of AWS, that limits what the role can be given.
   * @default - the one of `madeRoles`
   */
  readonly permissionsBoundary?: string;
  /**
   * Longest session in seconds: 3600 to 43200. Where a role assumes it, AWS ends the session after an hour in any case.
   * @default 3600
   */
  readonly maxSessionSeconds?: number;
}

/** Who may assume a made role. Nothing in it is a pattern. */
export type TrustConfig =
  /** Jobs of GitHub Actions, by the `sub` of their tokens. */
  | {
      readonly type: "github-actions";
      /**
       * Each exactly as GitHub writes it, for one repository: `repo:<owner>/<repository>:environment:<name>`, with ids
       * where subjects are immutable, or a customized one that names the repository.
       * Source: https://docs.github.com/en/actions/reference/security/oidc
       */
      readonly subjects: readonly string[];
    }
  /** Roles and users of any account, by ARN. Each needs `sts:AssumeRole` on the role in its own policy as well. */
  | { readonly type: "principals"; readonly principals: readonly string[] };

/** What all made roles share. */
export interface MadeRolesConfig {
  /** GitHub's OIDC provider. It must exist. @default - no role can trust GitHub Actions */
  readonly githubActions?: {
    /** Its ARN, in the bucket's account: `arn:<partition>:iam::<account>:oidc-provider/token.actions.githubusercontent.com`. */
    readonly provider: string;
    /**
     * The `aud` of the tokens, exactly.
     * @default "sts.amazonaws.com", in China "sts.amazonaws.com.cn"
     */
    readonly audience?: string;
  };
  /** The permissions boundary of those that name none. @default - none */
  readonly permissionsBoundary?: string;
  /**
   * Characters of a trust policy that the account's quota allows: 2048 to 4096.
   * @default 2048
   */
  readonly trustPolicyQuota?: number;
}

/** Source: https://developer.hashicorp.com/terraform/language/backend/s3#assume-role-configuration */
export interface AssumeRoleConfig {
  readonly roleArn: string;
  /** 2 to 1224 letters, digits and `+=,.@:/-_`. */
  readonly externalId?: string;
  /** 2 to 64 letters, digits and `+=,.@-_`. */
  readonly sessionName?: string;
}
