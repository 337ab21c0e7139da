import {
  DataTerraformRemoteStateS3,
  S3Backend,
  type S3BackendAssumeRoleConfig,
  type S3BackendConfig,
  type TerraformRemoteState,
} from "cdktf";
import type { Construct } from "constructs";
import { refuse } from "../problem/problem";
import { lockBackendProblems } from "./lock-backend-rules";
import { readerWorkspace } from "./remote-state";

/** Removed in Terraform 1.8 and 1.10: `init` fails on them. */
type Removed =
  | "roleArn"
  | "externalId"
  | "sessionName"
  | "assumeRolePolicy"
  | "assumeRolePolicyArns"
  | "assumeRoleTags"
  | "assumeRoleTransitiveTagKeys"
  | "useLegacyWorkflow";

/** Deprecated, each with a successor among the props; Terraform warns or will refuse. */
type Deprecated =
  "endpoint" | "iamEndpoint" | "stsEndpoint" | "dynamodbEndpoint" | "forcePathStyle" | "sharedCredentialsFile";

/** Would be written into the synthesized JSON in clear. */
type Secret = "accessKey" | "secretKey" | "token" | "sseCustomerKey" | "assumeRoleWithWebIdentity";

/** Props of {@link S3LockBackend}: those of cdktf's S3 backend that Terraform 1.11 and later takes, and the lock. */
export interface S3LockBackendProps extends Omit<S3BackendConfig, Removed | Deprecated | Secret> {
  readonly region: string;
  /**
   * Lock natively: `<key>.tflock`, taken with a conditional write. Needs Terraform 1.10.1 or later. Only `false`
   * together with `dynamodbTable` is accepted, for a consumer that has not begun to leave DynamoDB.
   * Source: https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
   * @default true
   */
  readonly useLockfile?: boolean;
  /**
   * Role that other stacks assume to read this state.
   * @default - the reader's own credentials
   */
  readonly readerRole?: S3BackendAssumeRoleConfig | undefined;
}

/**
 * An S3 backend that locks natively. cdktf 0.21 does not know `use_lockfile`, but hands every prop through, so the prop
 * reaches the backend by the same way as the others; an override would be lost wherever cdktf builds remote state from
 * props (https://github.com/hashicorp/terraform-cdk/issues/3834).
 */
export class S3LockBackend extends S3Backend {
  private readonly reader: S3BackendConfig & { readonly workspace: string };

  /** @throws UserError when the props contradict themselves, or hold what Terraform refuses or what is secret */
  constructor(scope: Construct, props: S3LockBackendProps) {
    const { readerRole, useLockfile = true, ...given } = props;
    refuse(lockBackendProblems({ ...given, useLockfile }, scope.node.path));
    const locking = useLockfile ? { useLockfile } : {};
    super(scope, { ...given, ...locking });
    // What a reader gets: where the state is and how to reach it. Locking, encryption and the writer's role stay behind.
    const { dynamodbTable, encrypt, kmsKeyId, acl, assumeRole, ...place } = given;
    this.reader = {
      ...place,
      ...(readerRole === undefined ? {} : { assumeRole: readerRole }),
      workspace: readerWorkspace(place.workspaceKeyPrefix),
    };
  }

  /** What cdktf makes of a reference from another stack. */
  override getRemoteStateDataSource(scope: Construct, name: string, _fromStack: string): TerraformRemoteState {
    return new DataTerraformRemoteStateS3(scope, name, this.reader);
  }
}
