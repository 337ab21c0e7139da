import type { TerraformStack } from "cdktf";
import type { EngineName } from "../lib/engine/engine";
import { requiredVersion } from "../lib/engine/floors";

/** The supported versions of the AWS provider, to below the next major version. cdktf would pin the bindings' version. */
const AWS_PROVIDER = ">= 5.100.0, < 7.0.0";

/** Sets the version that a stack needs of its engine. */
export function requireEngine(stack: TerraformStack, engine: EngineName | undefined): void {
  stack.addOverride("terraform.required_version", requiredVersion(engine));
}

/**
 * Widens the version of the AWS provider. cdktf 0.21 always writes the exact version of the bindings
 * (`terraform-provider.js`, `meta.providerVersion`), and only an override reaches it.
 */
export function widenAwsProvider(stack: TerraformStack): void {
  stack.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER);
}
