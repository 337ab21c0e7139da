import { TerraformResource, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** Terraform's `removed` block: Terraform drops the resource from its state, and AWS keeps it. */
export interface RemovedBlock {
  readonly from: string;
  readonly lifecycle: { readonly destroy: false };
}

/**
 * Removes a construct from the stack and returns a `removed` block for each of its resources, with the address that the
 * deployed resource has. cdktf 0.21 has no API for `removed` blocks; add them with `addOverride`.
 */
export function forgetResources(stack: TerraformStack, construct: Construct): RemovedBlock[] {
  const resources = construct.node.findAll().filter((child) => TerraformResource.isTerraformResource(child));
  const blocks = resources.map(({ terraformResourceType: type, friendlyUniqueId: name }): RemovedBlock => ({
    from: `${type}.${name}`,
    lifecycle: { destroy: false },
  }));
  stack.node.tryRemoveChild(construct.node.id);
  return blocks;
}
