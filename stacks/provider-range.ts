import type { TerraformStack } from "cdktf";
import { REQUIRED_TERRAFORM } from "../lib/backend/backend-settings";

/** From the provider that is tested to below the next major version. cdktf would pin the one the bindings came from. */
const AWS_PROVIDER = ">= 5.100.0, < 7.0.0";

/** Says which Terraform a stack needs. */
export function requireTerraform(stack: TerraformStack): void {
  stack.addOverride("terraform.required_version", REQUIRED_TERRAFORM);
}

/**
 * Widens the provider version that cdktf 0.21 writes: always the exact one of the bindings, never a range
 * (`terraform-provider.js`, `meta.providerVersion`), and only an override reaches it.
 */
export function widenAwsProvider(stack: TerraformStack): void {
  stack.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER);
}
