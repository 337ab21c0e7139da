import type { EngineName } from "../engine/engine";
import type { AccessLevel, Locking } from "../policy/access-level";
import type { BreakGlassProof, GuardException } from "../policy/guard/guard-scope";

/**
 * The config of one state home: the type of `stateConfig` in `state.config.ts`.
 * @example
 * export const stateConfig: StateConfig = {
 *   bucket: { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" },
 *   consumers: [{ name: "network" }],
 * };
 */
export interface StateConfig {
  /** Where an editor finds the JSON Schema of this file; only editors read it. */
  readonly $schema?: string;
  readonly bucket: BucketConfig;
  /**
   * The engine that runs the bootstrap stack and each consumer without its own `engine`: `terraform`, or `tofu` for
   * OpenTofu. It decides the `required_version` that synth writes, and which engine commands start and name.
   * @default "terraform" for synth; commands use the engine that a root shows, then the first on PATH
   */
  readonly engine?: EngineName;
  /**
   * How each consumer locks its state if its own `locking` does not say otherwise:
   * - `lockfile`: with a lock file in S3;
   * - `both`: with a lock file in S3 and an item in DynamoDB, while a fleet leaves DynamoDB;
   * - `dynamodb`: with an item in DynamoDB alone, where a migration starts.
   * Problem codes: `locking`, `phase-skipped`.
   * @default "lockfile"
   */
  readonly locking?: Locking;
  /**
   * Name of the DynamoDB table that you are retiring, in the bucket's account and region: 3 to 255 letters, digits, `_`,
   * `.` or `-`. Required while any consumer locks with `both` or `dynamodb`. Problem codes: `legacy-table`, `locking`.
   * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
   * @default - no table
   */
  readonly legacyTable?: string;
  /**
   * Makes the legacy table part of the bootstrap stack until you retire it. The table must exist. Values:
   * - `protected`: on-demand billing, point-in-time recovery, encryption with the AWS managed key for DynamoDB, deletion
   *   protection and `prevent_destroy`;
   * - `unprotected`: the last step, once no consumer locks in the table. Deploy it, then remove this field and
   *   `legacyTable`: the next deploy deletes the table.
   * Problem codes: `legacy-table`, `legacy-table-in-use`.
   * @default - Statelock does not manage the table
   */
  readonly manageLegacyTable?: LegacyTableManagement;
  /**
   * Every Terraform root that keeps its state in the bucket. Names, state keys and workspace trees must not overlap.
   * Problem codes: `duplicate-name`, `duplicate-key`, `key-in-workspaces`, `nested-prefix`, `shared-prefix`.
   */
  readonly consumers: readonly ConsumerConfig[];
  /**
   * Names of consumers that you removed and whose state is gone or moved, so that synth lets their managed policies go.
   * `statelock bootstrap` looks at the states itself. Remove a name after the deploy. Problem codes: `destroys-data`, `retired-consumer`.
   * @default - none
   */
  readonly retiredConsumers?: readonly string[];
  /**
   * Which managed IAM policies the bootstrap stack creates: `all`, one for each access level of each consumer, or
   * `attached`, only the policies that a role gets. Synth writes the JSON file of every policy either way. Problem code:
   * `policy-count`, for more than 1500 policies in an account or more than 10 on a role.
   * @default "all"
   */
  readonly managedPolicies?: "all" | "attached";
  /**
   * Settings that all roles in `consumers[].roles` share.
   * @default - no GitHub Actions, no permissions boundary, the default quota
   */
  readonly madeRoles?: MadeRolesConfig;
}

/** How the bootstrap stack manages the legacy table: see `StateConfig.manageLegacyTable`. */
export const LEGACY_TABLE_MANAGEMENTS = [
  "protected",
  "unprotected",
] as const satisfies readonly LegacyTableManagement[];
/**
 * A value of `StateConfig.manageLegacyTable`.
 * @example
 * const manageLegacyTable: LegacyTableManagement = "protected";
 */
export type LegacyTableManagement = "protected" | "unprotected";

/**
 * The state bucket.
 * @example
 * const bucket: BucketConfig = { name: "acme-tfstate", region: "eu-central-1", account: "123456789012" };
 */
export interface BucketConfig {
  /**
   * Name of the bucket, unique in all of AWS: 3 to 63 lower-case letters, digits and hyphens, without dots and without
   * the prefixes and suffixes that AWS reserves. Nobody else can create a bucket whose name ends with
   * `-<account>-<region>-an`, its own account and region; such a name needs the AWS provider 6.40 or later. The variable
   * `STATELOCK_BUCKET` overrides it. Problem code: `bucket-name`.
   * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   */
  readonly name: string;
  /**
   * Region of the bucket, for example `eu-central-1`. It decides the partition: `aws`, `aws-cn`, `aws-us-gov` or
   * `aws-eusc`. The European Sovereign Cloud (`eusc-de-east-1`) needs Terraform 1.14 or OpenTofu 1.11. Synth refuses a name that
   * no region can have, but not a new country or number, so that a new region needs no new Statelock: if the region does not exist, the
   * first request to it fails, because it has no host. The variable `STATELOCK_REGION` overrides it. Problem codes: `region`,
   * `partition`.
   */
  readonly region: string;
  /**
   * ID of the account that owns the bucket: 12 digits, as a string because it may start with a zero. The variable
   * `STATELOCK_ACCOUNT` overrides it. Problem code: `account`.
   */
  readonly account: string;
  /** @default { type: "sse-s3" } */
  readonly encryption?: EncryptionConfig;
  /**
   * A key that the bootstrap stack created and that new objects no longer use. At most one, and not together with
   * `created-key`. Problem code: `retired-key`.
   * @default - no key
   */
  readonly retiredKeys?: readonly RetiredKeyConfig[];
  /** @default { days: 90, newestVersions: 100 } */
  readonly history?: HistoryConfig;
  /** @default - no server access logs */
  readonly accessLogs?: AccessLogsConfig;
  /**
   * Set it when you remove `accessLogs`, or name another bucket there, to release the log bucket `<bucket name>-logs`:
   * Terraform forgets the bucket and its settings, and AWS keeps them with all logs. Problem code: `retired-log-bucket`.
   * @default - there is no such bucket
   */
  readonly retiredLogBucket?: "released";
  /**
   * Sends an event to Amazon EventBridge for every object that is written or deleted, states and locks alike. You add
   * the rules. Terraform keeps all notifications of a bucket in one setting, so the deploy removes every other one.
   * @default false
   */
  readonly eventBridge?: boolean;
  /** @default - the guard denies everything that it can deny without knowing a principal */
  readonly guard?: GuardConfig;
  /**
   * Tags for every resource of the bootstrap stack: at most 45, with keys of 1 to 128 and values of up to 256
   * characters. Keys must not begin with `aws:`. Problem code: `tags`.
   * @default - no tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * State key of the bootstrap stack's own state. It follows the rules of `consumers[].key`. Problem code: `state-key`.
   * @default "bootstrap/terraform.tfstate"
   */
  readonly bootstrapKey?: string;
}

/**
 * How S3 encrypts the objects in the bucket. Statelock refuses SSE-C, because Terraform cannot read a lock that SSE-C
 * encrypts. Problem codes: `kms-key`, `kms-alias`, `sse-c`.
 * @example
 * const encryption: EncryptionConfig = { type: "created-key" };
 */
export type EncryptionConfig =
  /** Keys that S3 owns. They cost nothing and need no grant. */
  | { readonly type: "sse-s3" }
  /** A KMS key that the bootstrap stack creates, with yearly rotation and an S3 bucket key. */
  | {
      readonly type: "created-key";
      /**
       * Alias of the key: `alias/` and up to 250 letters, digits, `/`, `_` or `-`, but not `alias/aws/`. Policies name
       * the key by its alias until `statelock bootstrap` has deployed it and recorded its ARN.
       * @default "alias/<bucket name>"
       */
      readonly alias?: string;
      /**
       * ARN of the created key, for a home without `bootstrap.state.json`. With a known ARN, backends name the key and set
       * `encrypt`, and policies and the guard name the key by its ARN.
       * @default - the ARN in `bootstrap.state.json`; until it is there, backends leave encryption to the bucket's default
       */
      readonly keyArn?: string;
    }
  /** A KMS key that already exists. You manage its key policy. */
  | {
      readonly type: "existing-key";
      /** ARN of the key, in the bucket's region: `arn:<partition>:kms:<region>:<account>:key/<id>`, not an alias. */
      readonly keyArn: string;
    };

/** How the bootstrap stack goes on with a resource that it created and that is no longer in use. */
export const RETIRED_MANAGEMENTS = ["kept", "released"] as const satisfies readonly RetiredManagement[];
/**
 * A value of `management`.
 * @example
 * const management: RetiredManagement = "kept";
 */
export type RetiredManagement = "kept" | "released";

/**
 * A key that the bootstrap stack created and that new objects no longer use.
 * @example
 * const retiredKey: RetiredKeyConfig = { alias: "alias/acme-tfstate", management: "kept" };
 */
export interface RetiredKeyConfig {
  /** Alias of the key: `alias/<bucket name>`, unless `encryption.alias` named another one. */
  readonly alias: string;
  /**
   * What becomes of the key:
   * - `kept`: the stack manages the key and its alias as before, and roles can still read with it;
   * - `released`: Terraform forgets both. AWS keeps them until you delete the key by hand.
   */
  readonly management: RetiredManagement;
}

/**
 * How long S3 keeps replaced versions of an object. S3 deletes a version once it is older than `days` and is not among
 * the `newestVersions`. It never deletes a current object. Problem code: `history`.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html
 * @example
 * const history: HistoryConfig = { days: 30, newestVersions: 50 };
 */
export interface HistoryConfig {
  /**
   * Days since the version was replaced: 1 or more.
   * @default 90
   */
  readonly days?: number;
  /**
   * Number of replaced versions of each object that S3 keeps at any age: 1 to 100.
   * @default 100
   */
  readonly newestVersions?: number;
  /**
   * Days since a lock was released after which S3 deletes its version, unless it is among the 10 newest: 1 to `days`. It
   * applies to the locks of consumers with `lockTags` alone, because S3 cannot tell other locks from states.
   * @default 7
   */
  readonly lockDays?: number;
}

/**
 * Server access logs of the state bucket. Problem code: `access-logs`.
 * @example
 * const accessLogs: AccessLogsConfig = { days: 90 };
 */
export interface AccessLogsConfig {
  /**
   * Name of an existing bucket for the logs, in the same account and region. It must not be the state bucket, and its
   * policy must let S3 deliver logs.
   * @default - the bootstrap stack creates the bucket `<bucket name>-logs`
   */
  readonly bucket?: string;
  /**
   * Prefix of the log objects. It must not begin with `/` or hold `${`, `%{` or control characters.
   * @default "<bucket name>/"
   */
  readonly prefix?: string;
  /**
   * Days after which S3 deletes a log in the created bucket: 1 or more. It keeps the deleted log as a version for 30 more
   * days. Leave it out if `bucket` names a bucket.
   * @default 365
   */
  readonly days?: number;
}

/**
 * What the bucket policy (the guard) denies. Principals are ARNs of roles or users, without wildcards. Problem codes:
 * `principal-arn`, `duplicate-principal`, `guard-lock-out`, `guard-release`.
 * @example
 * const guard: GuardConfig = { deployers: ["arn:aws:iam::123456789012:role/platform"] };
 */
export interface GuardConfig {
  /**
   * Principals of the bucket's account that deploy the bootstrap stack. If you name them, the guard denies every other
   * principal to delete versions and to change the bucket's settings.
   * @default - none: the guard protects neither history nor settings
   */
  readonly deployers?: readonly string[];
  /**
   * Principals of the bucket's account for emergencies. They may delete a state and its versions, change the bucket's
   * settings, disable a created key, and delete it 30 days after its last use. Do not name a principal that runs Terraform: the guard lets these
   * principals release a lock only by its ETag, and Terraform names none.
   * @default - none: the guard denies everyone to delete a state
   */
  readonly breakGlass?: readonly string[];
  /**
   * IDs of other accounts, 12 digits each. The guard does not deny their principals, and `access` may name their roles.
   * Problem code: `account`.
   * @default - only the bucket's account
   */
  readonly accounts?: readonly string[];
  /**
   * ID of the AWS organization whose principals the guard does not deny: `o-` and 10 to 32 lower-case letters or digits.
   * Their policies still decide what they may do. Problem code: `organization`.
   * Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
   * @default - no organization
   */
  readonly organization?: string;
  /**
   * Exceptions from the guard:
   * - `presigned-downloads`: reading objects through presigned URLs, as the S3 console does;
   * - `unconditional-release`: `terraform force-unlock` by unlockers and break-glass principals;
   * - `any-encryption`: writes with another algorithm or key, while clients still use the settings from before a change;
   * - `state-deletion`, `history-deletion`, `posture-changes`: the action, by every principal whose IAM policies allow it.
   * @default - no exceptions
   */
  readonly allow?: readonly GuardException[];
  /**
   * True: synth also writes a service control policy (`policies/guard.scp.json`) and a resource control policy
   * (`policies/guard.rcp.json`), which keep even the account's root user from dropping the guard. An administrator of the
   * organization attaches them. It needs `deployers`.
   * @default false
   */
  readonly organizationPolicies?: boolean;
  /**
   * What a session of a break-glass principal must have. Without it, the guard denies the principal everything, and a
   * created key denies it what makes the key unusable:
   * - `mfa`: somebody assumed the role, or got the session of the user, with MFA (`aws:MultiFactorAuthPresent`). A sign-in at
   *   IAM Identity Center or another identity provider never counts as MFA;
   * - `source-identity`: the session says who is behind it (`sts:SourceIdentity`), so that CloudTrail shows a person. A
   *   user's own keys have none.
   * Problem code: `break-glass-proof`.
   * @default - nothing
   */
  readonly breakGlassRequires?: BreakGlassProof;
  /**
   * The networks from which requests may come. It needs `deployers`. Problem code: `network-perimeter`.
   * @default - any network
   */
  readonly network?: NetworkConfig;
  /**
   * A role of one name in many accounts of the `organization`. Its accounts need not be in `accounts`. Problem code:
   * `organization-role`.
   * @default - none: each role of another account is named
   */
  readonly organizationRole?: OrganizationRoleConfig;
}

/**
 * A role of one name in each account below some paths of the organization. It may use the keys that begin with the ID of its own
 * account, as an applier does. If a consumer's `key`, and its `workspaceKeyPrefix`, begin with `<account>/`, name the role of that account
 * in its `access`: the guard needs no statement for it, so hundreds of accounts fit. What else the role may do there, its
 * own account decides.
 * @example
 * const role: OrganizationRoleConfig = { name: "terraform", paths: ["o-abcde12345/r-ab12/ou-ab12-11111111/*"] };
 */
export interface OrganizationRoleConfig {
  /** Name of the role, with its path if it has one: `terraform`, `ci/terraform`. */
  readonly name: string;
  /**
   * Paths of the organization, from the organization to a unit: `o-…/r-…/ou-…/*` for the accounts of a unit and of the units
   * below it.
   * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html#access_policies_last-accessed-viewing-orgs-entity-path
   */
  readonly paths: readonly string[];
}

/**
 * The networks from which requests to the bucket may come: one of these endpoints, VPCs or addresses is enough. The guard
 * denies every other request, with a few exceptions: deployers and break-glass, so that a wrong network cannot lock you out,
 * and AWS services. It does not cover the log bucket. Check that your pipelines are inside: a runner that GitHub hosts has no
 * fixed address.
 * @example
 * const network: NetworkConfig = { vpcEndpoints: ["vpce-0123456789abcdef0"], sourceIps: ["203.0.113.0/24"] };
 */
export interface NetworkConfig {
  /**
   * IDs of VPC endpoints for S3, `vpce-` and 8 or 17 hexadecimal digits, of any account.
   * @default - none
   */
  readonly vpcEndpoints?: readonly string[];
  /**
   * IDs of VPCs, `vpc-` and 8 or 17 hexadecimal digits: every VPC endpoint for S3 in them.
   * @default - none
   */
  readonly vpcs?: readonly string[];
  /**
   * Public addresses as CIDR blocks, such as `203.0.113.7/32`. S3 sees no private address: a request from a VPC comes through
   * an endpoint, or from the public address of its NAT gateway.
   * @default - none
   */
  readonly sourceIps?: readonly string[];
}

/**
 * One Terraform root that keeps one state key in the bucket.
 * @example
 * const network: ConsumerConfig = { name: "network", access: { applier: ["arn:aws:iam::123456789012:role/ci-apply"] } };
 */
export interface ConsumerConfig {
  /**
   * Name of the consumer, unique in any case: 1 to 48 letters, digits, `-` or `_`, beginning with a letter or digit, and
   * not `bootstrap`. Files, policies and the CDKTF stack carry this name. Problem codes: `consumer-name`,
   * `duplicate-name`.
   */
  readonly name: string;
  /**
   * What the consumer is: `cdktf`, a stack in this project (see `ConsumerStack`), or `terraform`, a root anywhere.
   * Problem code: `consumer-stack`.
   * @default "terraform"
   */
  readonly type?: "cdktf" | "terraform";
  /**
   * The engine that runs this consumer: `terraform`, or `tofu` for OpenTofu.
   * @default - the config's `engine`
   */
  readonly engine?: EngineName;
  /**
   * State key of the default workspace: plain Latin letters, digits and punctuation, without `*`, `?`, `${`, `%{`, `//`,
   * a segment `.` or `..`, or a slash at either end. It must not be below `env:/` and must not end in `.tflock`. With the
   * workspace and the lock suffix it has at most 1024 bytes. Problem codes: `state-key`, `policy-size`.
   * @default "<name>/terraform.tfstate"
   */
  readonly key?: string;
  /**
   * Terraform's `workspace_key_prefix`, with the same characters as `key`. Give each consumer its own prefix: everyone
   * who may use a prefix can list all object names below it. Problem code: `workspace-prefix`.
   * @default - the consumer uses only the default workspace
   */
  readonly workspaceKeyPrefix?: string;
  /**
   * ARN of a KMS key for this consumer's state, in the bucket's region. Problem code: `kms-key`.
   * @default - the bucket's encryption
   */
  readonly kmsKeyArn?: string;
  /**
   * ARN of the KMS key with which OpenTofu itself encrypts this consumer's state and plans (`encryption {}` with
   * `key_provider "aws_kms"`), in any region. OpenTofu calls KMS without S3, so every level that reads the state gets
   * `kms:Decrypt` and `kms:GenerateDataKey` on this key without `kms:ViaService`. The key's own policy must allow it
   * too. Needs `engine: "tofu"`. Problem codes: `kms-key`, `engine-option`.
   * @default - no grant: OpenTofu encrypts nothing, or with another key provider
   */
  readonly encryptionKeyArn?: string;
  /**
   * Tags that OpenTofu gives to each lock (`lock_tags`): 1 to 10. A lifecycle rule then trims old versions of these locks by
   * `bucket.history.lockDays`, apart from states. No consumer may give all of these tags to its states. Needs `engine:
   * "tofu"` and OpenTofu 1.11. Problem codes: `engine-option`, `tags`, `lock-tags`.
   * Source: https://opentofu.org/docs/language/settings/backends/s3/
   * @default - no tags
   */
  readonly lockTags?: Readonly<Record<string, string>>;
  /**
   * Tags that OpenTofu gives to each state (`state_tags`): 1 to 10, for example for cost allocation. Needs `engine: "tofu"`
   * and OpenTofu 1.11. Problem codes: `engine-option`, `tags`, `lock-tags`.
   * @default - no tags
   */
  readonly stateTags?: Readonly<Record<string, string>>;
  /**
   * Role that Terraform assumes to reach the bucket. Problem codes: `role-arn`, `assume-role`.
   * @default - the caller's own credentials
   */
  readonly assumeRole?: AssumeRoleConfig;
  /**
   * Role that others assume to read this consumer's outputs. Problem codes: `role-arn`, `assume-role`.
   * @default - the reader's own credentials
   */
  readonly readerRole?: AssumeRoleConfig;
  /**
   * How this consumer locks its state. The values are the same as in the top-level `locking`.
   * @default - the config's `locking`
   */
  readonly locking?: Locking;
  /**
   * ARNs of the roles with each access level:
   * - A role in the bucket's account gets the managed policy attached.
   * - A role in an account of `bucket.guard.accounts` passes the guard and a created key's policy. Attach the policy's
   *   JSON file to the role in its own account.
   * - A role of IAM Identity Center in the bucket's account is valid for `unlocker` and `workspace-admin`, which the
   *   guard must know. Reference the managed policy in its permission set.
   *
   * Problem codes: `role-arn`, `duplicate-role`, `permission-set`, `workspace-admin`, `cross-account-table`.
   * @default - no role
   */
  readonly access?: Readonly<Partial<Record<AccessLevel, readonly string[]>>>;
  /**
   * Roles that the bootstrap stack creates, at most one for each access level. They come in addition to `access`.
   * @default - no role
   */
  readonly roles?: Readonly<Partial<Record<AccessLevel, RoleConfig>>>;
}

/**
 * A role that the bootstrap stack creates in the bucket's account, for one access level of one consumer.
 * @example
 * const planner: RoleConfig = { trust: { type: "principals", principals: ["arn:aws:iam::123456789012:role/ci"] } };
 */
export interface RoleConfig {
  /** Who may assume the role. Statelock refuses wildcards. */
  readonly trust: TrustConfig;
  /**
   * Name of the role, unique in the account in any case: 1 to 64 letters, digits or `+=,.@-_`. Problem code: `role-name`.
   * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
   * @default "<bucket name>.<consumer>.<level>"
   */
  readonly name?: string;
  /**
   * ARN of a managed policy that limits what the role can do. The policy must exist, in the bucket's account or as an AWS
   * managed policy. Problem code: `role-boundary`.
   * @default - `madeRoles.permissionsBoundary`
   */
  readonly permissionsBoundary?: string;
  /**
   * Longest session in seconds: 3600 to 43200. If a role assumes this role, AWS ends the session after one hour at the
   * latest. Problem code: `session-limit`.
   * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
   * @default 3600
   */
  readonly maxSessionSeconds?: number;
}

/**
 * Claims that a token must have besides its subject: one of the values of each claim, exactly. STS knows them for github.com and
 * for ghe.com, not for a GitHub Enterprise Server. Problem code: `oidc-claim`.
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 * @example
 * const claims: OidcClaims = { repository_id: ["67890"], environment: ["production"] };
 */
export interface OidcClaims {
  /** Names of environments of the repository. */
  readonly environment?: readonly string[];
  /** Reusable workflows: `<owner>/<repository>/.github/workflows/<file>@<ref>`. */
  readonly job_workflow_ref?: readonly string[];
  /** Branches and tags: `refs/heads/<branch>`, `refs/tags/<tag>`. */
  readonly ref?: readonly string[];
  /** IDs of repositories, which stay when somebody deletes a repository and takes its name. */
  readonly repository_id?: readonly string[];
  /** IDs of the owners of repositories. */
  readonly repository_owner_id?: readonly string[];
}

/**
 * Who may assume a created role. Problem codes: `oidc-subject`, `oidc-provider`, `principal-arn`, `policy-size`.
 * @example
 * const trust: TrustConfig = { type: "github-actions", subjects: ["repo:acme/network:environment:production"] };
 */
export type TrustConfig =
  /** Jobs of GitHub Actions, by the `sub` claim of their tokens. It needs `madeRoles.githubActions`. */
  | {
      readonly type: "github-actions";
      /**
       * Subjects, each exactly as GitHub writes it for one repository: `repo:<owner>/<repository>:environment:<name>`,
       * with IDs if your subjects are immutable, or a customized subject that names the repository. No wildcards.
       * Source: https://docs.github.com/en/actions/reference/security/oidc
       */
      readonly subjects: readonly string[];
      /** @default - no other claim */
      readonly claims?: OidcClaims;
      /**
       * True: a role that changes states or releases locks (`applier`, `workspace-admin`, `unlocker`) may trust subjects
       * that every pull request gets. Problem code: `oidc-pull-request`.
       * @default false
       */
      readonly allowPullRequests?: boolean;
    }
  /** Roles and users of any account. Each also needs `sts:AssumeRole` on the created role in a policy of its own. */
  | {
      readonly type: "principals";
      /** ARNs of roles or users, without wildcards. */
      readonly principals: readonly string[];
    };

/**
 * Settings that all created roles share.
 * @example
 * const madeRoles: MadeRolesConfig = { permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary" };
 */
export interface MadeRolesConfig {
  /**
   * GitHub's OIDC provider in IAM. It must exist: Statelock does not create it.
   * @default - no role can trust GitHub Actions
   */
  readonly githubActions?: {
    /**
     * ARN of the provider, in the bucket's account:
     * `arn:<partition>:iam::<account>:oidc-provider/token.actions.githubusercontent.com`. Problem code: `oidc-provider`.
     */
    readonly provider: string;
    /**
     * The `aud` claim of the tokens, exactly. Problem code: `oidc-audience`.
     * @default "sts.amazonaws.com", in China "sts.amazonaws.com.cn"
     */
    readonly audience?: string;
  };
  /**
   * Permissions boundary of every created role without its own. Problem code: `role-boundary`.
   * @default - no boundary
   */
  readonly permissionsBoundary?: string;
  /**
   * Number of characters that the account's quota allows in a trust policy: 2048 to 4096. Problem code: `trust-quota`.
   * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
   * @default 2048
   */
  readonly trustPolicyQuota?: number;
}

/**
 * Arguments of Terraform's `assume_role`. Source: https://developer.hashicorp.com/terraform/language/backend/s3#assume-role-configuration
 * @example
 * const readerRole: AssumeRoleConfig = { roleArn: "arn:aws:iam::123456789012:role/network-reader" };
 */
export interface AssumeRoleConfig {
  /** ARN of the role, in the bucket's partition: `arn:<partition>:iam::<account>:role/<name>`. */
  readonly roleArn: string;
  /**
   * External ID that the role's trust policy requires: 2 to 1224 letters, digits or `+=,.@:/-_`.
   * @default - no external ID
   */
  readonly externalId?: string;
  /**
   * Name of the session in AWS logs: 2 to 64 letters, digits or `+=,.@-_`.
   * @default - Terraform's own
   */
  readonly sessionName?: string;
}
