import type { TerraformStack } from "cdktf";
import { requiredVersion, type RootNeeds } from "../lib/engine/floors";

/** The supported versions of each provider, to below a next major version. cdktf would pin the bindings' version. */
const RANGES = {
  aws: { name: "aws", range: ">= 5.100.0, < 7.0.0" },
  // `bucket_namespace` came with 6.37.0; before 6.40.0 the blocked encryption types differ forever.
  // Source: https://github.com/hashicorp/terraform-provider-aws/pull/46917 and issue 47320
  "aws-with-namespace": { name: "aws", range: ">= 6.40.0, < 7.0.0" },
  random: { name: "random", range: ">= 3.7.2, < 4.0.0" },
} as const;

/** Sets the version that a stack needs of its engine. */
export function requireEngine(stack: TerraformStack, root: RootNeeds): void {
  stack.addOverride("terraform.required_version", requiredVersion(root));
}

/**
 * Widens the version of a provider. cdktf 0.21 always writes the exact version of the bindings
 * (`terraform-provider.js`, `meta.providerVersion`), and only an override reaches it.
 */
export function widenProvider(stack: TerraformStack, which: keyof typeof RANGES): void {
  const { name, range } = RANGES[which];
  stack.addOverride(`terraform.required_providers.${name}.version`, range);
}
