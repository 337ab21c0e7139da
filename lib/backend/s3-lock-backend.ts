import {
  DataTerraformRemoteStateS3,
  S3Backend,
  type S3BackendAssumeRoleConfig,
  type S3BackendConfig,
  type TerraformRemoteState,
} from "cdktf";
import type { Construct } from "constructs";
import type { ObjectTags } from "../policy/object-tags";
import { refuse } from "../problem/problem";
import { lockBackendProblems } from "./lock-backend-rules";
import { readerWorkspace } from "./remote-state";

/**
 * The arguments of cdktf's S3 backend that {@link S3LockBackend} does not take.
 * @example
 * type Taken = Exclude<keyof S3LockBackendProps, RefusedBackendArgument>;
 */
export type RefusedBackendArgument =
  // Terraform 1.8 and 1.10 removed these: `init` fails with them.
  | "roleArn"
  | "externalId"
  | "sessionName"
  | "assumeRolePolicy"
  | "assumeRolePolicyArns"
  | "assumeRoleTags"
  | "assumeRoleTransitiveTagKeys"
  | "useLegacyWorkflow"
  // Terraform warns about these: each has a successor in the props.
  | "endpoint"
  | "iamEndpoint"
  | "stsEndpoint"
  | "dynamodbEndpoint"
  | "forcePathStyle"
  | "sharedCredentialsFile"
  // Synth would write their values to JSON in plain text.
  | "accessKey"
  | "secretKey"
  | "token"
  | "sseCustomerKey"
  | "assumeRoleWithWebIdentity";

/**
 * Props of {@link S3LockBackend}: the arguments of cdktf's S3 backend that Terraform 1.11 accepts, and the lock.
 * @example
 * const props: S3LockBackendProps = { bucket: "acme-tfstate", key: "app.tfstate", region: "eu-central-1" };
 */
export interface S3LockBackendProps extends Omit<S3BackendConfig, RefusedBackendArgument> {
  readonly region: string;
  /**
   * Whether clients lock with `<key>.tflock`, which needs Terraform 1.10.1 or later. Set `false` only together with
   * `dynamodbTable`, for a consumer that still locks in DynamoDB alone.
   * Source: https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
   * @default true
   */
  readonly useLockfile?: boolean;
  /**
   * The role that other stacks assume to read this state.
   * @default - the reader's own credentials
   */
  readonly readerRole?: S3BackendAssumeRoleConfig | undefined;
  /** Tags of the lock (`lock_tags`), under OpenTofu 1.11 or later. @default - none */
  readonly lockTags?: ObjectTags | undefined;
  /** Tags of the state (`state_tags`), under OpenTofu 1.11 or later. @default - none */
  readonly stateTags?: ObjectTags | undefined;
}

/**
 * An S3 backend that locks with a file. cdktf 0.21 does not know `use_lockfile` but passes every prop on, so this class
 * passes it as a prop. cdktf would lose an override when it builds remote state from props
 * (https://github.com/hashicorp/terraform-cdk/issues/3834).
 * @example
 * new S3LockBackend(stack, { bucket: "acme-tfstate", key: "app.tfstate", region: "eu-central-1" });
 */
export class S3LockBackend extends S3Backend {
  private readonly reader: S3BackendConfig & { readonly workspace: string };

  /** @throws UserError if the props contradict each other, or hold an argument that Terraform refuses or a secret */
  constructor(scope: Construct, props: S3LockBackendProps) {
    const { readerRole, lockTags, stateTags, useLockfile = true, ...given } = props;
    refuse(lockBackendProblems({ ...given, useLockfile }, scope.node.path));
    const locking = useLockfile ? { useLockfile } : {};
    super(scope, { ...given, ...locking });
    // As props, cdktf would write the keys of the tags in snake case.
    if (lockTags !== undefined) this.addOverride("lock_tags", lockTags);
    if (stateTags !== undefined) this.addOverride("state_tags", stateTags);
    // A reader gets the location of the state, without locking, encryption and the writer's role.
    const { dynamodbTable, encrypt, kmsKeyId, acl, assumeRole, ...place } = given;
    this.reader = {
      ...place,
      ...(readerRole === undefined ? {} : { assumeRole: readerRole }),
      workspace: readerWorkspace(place.workspaceKeyPrefix),
    };
  }

  /** cdktf calls this for a reference from another stack. */
  override getRemoteStateDataSource(scope: Construct, name: string, _fromStack: string): TerraformRemoteState {
    return new DataTerraformRemoteStateS3(scope, name, this.reader);
  }
}
