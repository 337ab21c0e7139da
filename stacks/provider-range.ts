import type { TerraformStack } from "cdktf";
import type { EngineName } from "../lib/engine/engine";
import { requiredVersion } from "../lib/engine/floors";

/** The supported versions of each provider, to below a next major version. cdktf would pin the bindings' version. */
const PROVIDERS = { aws: ">= 5.100.0, < 7.0.0", random: ">= 3.7.2, < 4.0.0" } as const;

/** Sets the version that a stack needs of its engine. */
export function requireEngine(stack: TerraformStack, engine: EngineName | undefined): void {
  stack.addOverride("terraform.required_version", requiredVersion(engine));
}

/**
 * Widens the version of a provider. cdktf 0.21 always writes the exact version of the bindings
 * (`terraform-provider.js`, `meta.providerVersion`), and only an override reaches it.
 */
export function widenProvider(stack: TerraformStack, name: keyof typeof PROVIDERS): void {
  stack.addOverride(`terraform.required_providers.${name}.version`, PROVIDERS[name]);
}
