import { DataTerraformRemoteStateS3 } from "cdktf";
import type { Construct } from "constructs";
import type { Consumer, StateHome } from "../config/state-home";
import { readerBackend } from "./backend-settings";

/**
 * The outputs of a consumer's state, for any stack: no lock, no deprecated argument, the reader's role where the config
 * names one. Without workspaces the workspace is `default` by name: Terraform would otherwise look for the reader's own
 * workspace in the state it reads, and create it when it is missing.
 * Source: https://developer.hashicorp.com/terraform/language/state/remote-state-data
 */
export function consumerOutputs(
  scope: Construct,
  id: string,
  home: StateHome,
  consumer: Consumer,
): DataTerraformRemoteStateS3 {
  return new DataTerraformRemoteStateS3(scope, id, {
    ...readerBackend(home, consumer),
    workspace: readerWorkspace(consumer.workspaceKeyPrefix),
  });
}

/** The workspace of a state that is read: the reader's own where the state has workspaces. */
export function readerWorkspace(workspaceKeyPrefix: string | undefined): string {
  return workspaceKeyPrefix === undefined ? "default" : "${terraform.workspace}";
}
