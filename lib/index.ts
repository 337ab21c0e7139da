export { S3LockBackend, type S3LockBackendProps } from "./backend/s3-lock-backend";
export { backendHcl, backendJson, partialConfiguration, type BackendFile } from "./backend/backend-files";
export { consumerOutputs } from "./backend/remote-state";
export { consumerBackend, readerBackend, type BackendSettings } from "./backend/backend-settings";
export { StateBucket, type StateBucketProps } from "./bucket/state-bucket";
export { papersOf, type Papers } from "./home/papers";
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
  MadeRolesConfig,
  NetworkConfig,
  OidcClaims,
  OrganizationRoleConfig,
  RetiredKeyConfig,
  RoleConfig,
  StateConfig,
  TrustConfig,
} from "./config/state-config";
export type { Consumer, StateHome } from "./config/state-home";
export { ACCESS_LEVELS, type AccessLevel, type Locking } from "./policy/access-level";
export { policyJson, type PolicyDocument, type Statement } from "./policy/policy-document";
export { guardPolicy } from "./policy/guard/guard-policy";
export type {
  BreakGlassProof,
  GuardException,
  GuardScope,
  NetworkPerimeter,
  OrganizationRole,
} from "./policy/guard/guard-scope";
export { keyPolicy, type KeyPolicyScope } from "./policy/key-policy";
export type { KmsKey } from "./policy/kms-key";
export { stateAccessPolicy } from "./policy/state-access-policy";
export { levelsFor, type StateScope } from "./policy/state-scope";
export { UserError, type Problem } from "./problem/problem";
export { BootstrapStack, type BootstrapStackProps } from "../stacks/bootstrap-stack";
export { ConsumerStack, type ConsumerStackProps } from "../stacks/consumer-stack";
export { synthesizeHome, type ConsumerStackClass, type SynthesizeHomeOptions } from "../stacks/synthesize-home";
