import type { TerraformStack } from "cdktf";
import { REQUIRED_TERRAFORM } from "../lib/backend/backend-settings";

/** The supported versions of the AWS provider, to below the next major version. cdktf would pin the bindings' version. */
const AWS_PROVIDER = ">= 5.100.0, < 7.0.0";

/** Sets the Terraform version that a stack needs. */
export function requireTerraform(stack: TerraformStack): void {
  stack.addOverride("terraform.required_version", REQUIRED_TERRAFORM);
}

/**
 * Widens the version of the AWS provider. cdktf 0.21 always writes the exact version of the bindings
 * (`terraform-provider.js`, `meta.providerVersion`), and only an override reaches it.
 */
export function widenAwsProvider(stack: TerraformStack): void {
  stack.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER);
}
