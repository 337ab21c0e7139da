// Two types are left out on purpose: `BootstrapRecord` and `SeenRecord` describe files that Statelock alone writes and reads.
export { S3LockBackend, type RefusedBackendArgument, type S3LockBackendProps } from "./backend/s3-lock-backend";
export { backendHcl, backendJson, partialConfiguration, type BackendFile } from "./backend/backend-files";
export { consumerOutputs } from "./backend/remote-state";
export { consumerBackend, readerBackend, type BackendSettings } from "./backend/backend-settings";
export { StateBucket, type StateBucketProps } from "./bucket/state-bucket";
export { papersOf, type Papers } from "./home/papers";
export type { ConsumerPapers, ConsumerPolicy } from "./home/consumer-papers";
export { configProblems, resolveStateHome, type ResolveContext } from "./home/resolve-home";
export { defineStateHome } from "./config/define-state-home";
export type {
  AccessLogsConfig,
  AssumeRoleConfig,
  BucketConfig,
  ConsumerConfig,
  EncryptionConfig,
  GuardConfig,
  HistoryConfig,
  LegacyTableManagement,
  MadeRolesConfig,
  NetworkConfig,
  OidcClaims,
  OrganizationRoleConfig,
  RetiredKeyConfig,
  RetiredManagement,
  RoleConfig,
  StateConfig,
  TrustConfig,
} from "./config/state-config";
export type {
  AccessLogs,
  BootstrapSettings,
  Consumer,
  Encryption,
  GuardSettings,
  HistorySettings,
  MadeRole,
  StateBucketSettings,
  StateHome,
} from "./config/state-home";
export type { EngineName } from "./engine/engine";
export { ACCESS_LEVELS, type AccessLevel, type Locking } from "./policy/access-level";
export { policyJson, type Condition, type PolicyDocument, type Statement } from "./policy/policy-document";
export { GUARD_EXCEPTIONS } from "./policy/guard/guard-scope";
export { guardPolicy } from "./policy/guard/guard-policy";
export type {
  AcceptedEncryption,
  BreakGlassProof,
  ExternalAccess,
  GuardException,
  GuardScope,
  NetworkPerimeter,
  OrganizationRole,
  Tagging,
  WorkspaceAdmin,
} from "./policy/guard/guard-scope";
export { keyPolicy, type KeyPolicyScope } from "./policy/key-policy";
export type { OrganizationPolicies } from "./policy/guard/organization-policies";
export type { KmsKey } from "./policy/kms-key";
export type { ObjectTags } from "./policy/object-tags";
export type { Partition } from "./policy/partition";
export { stateAccessPolicy } from "./policy/state-access-policy";
export { levelsFor, type StateScope } from "./policy/state-scope";
export { UserError, type FailureKind, type Problem } from "./problem/problem";
export { BootstrapStack, type BootstrapStackProps } from "../stacks/bootstrap-stack";
export { ConsumerStack, type ConsumerStackProps } from "../stacks/consumer-stack";
export { synthesizeHome, type ConsumerStackClass, type SynthesizeHomeOptions } from "../stacks/synthesize-home";
