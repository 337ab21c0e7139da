import { DataTerraformRemoteStateS3 } from "cdktf";
import type { Construct } from "constructs";
import type { Consumer, StateHome } from "../config/state-home";
import { readerBackend } from "./backend-settings";

/**
 * Returns the outputs of a consumer's state, for any stack. It reads without a lock, and with the reader's role if the
 * config names one. For a state without workspaces it names the workspace `default`. Otherwise Terraform would look for
 * the reader's own workspace, and create it if it is missing.
 * Source: https://developer.hashicorp.com/terraform/language/state/remote-state-data
 * @example
 * const network = consumerOutputs(stack, "network", home, consumer);
 * new TerraformOutput(stack, "subnet", { value: network.getString("subnet_id") });
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

/** Returns the workspace to read: the reader's own if the state has workspaces. */
export function readerWorkspace(workspaceKeyPrefix: string | undefined): string {
  return workspaceKeyPrefix === undefined ? "default" : "${terraform.workspace}";
}
