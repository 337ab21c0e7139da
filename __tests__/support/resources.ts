import { Testing } from "cdktf";
import type { Construct } from "constructs";
import type { StackJson } from "./synth";

/** One resource: its type, its id in Terraform without the hash, and its arguments. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The resources of a synthesized stack. */
export function resourcesIn(stack: StackJson): Resource[] {
  return Object.entries(stack.resource ?? {}).flatMap(([type, ofType]) =>
    Object.entries(ofType).map(([id, { "//": _, ...given }]) => ({
      type,
      id: id.replace(/_[0-9A-F]{8}$/, ""),
      arguments: given,
    })),
  );
}

/** The resources that constructs make in a stack of their own. */
export function resourcesOf(build: (scope: Construct) => void): Resource[] {
  return resourcesIn(JSON.parse(Testing.synthScope(build)) as StackJson);
}

/** The only resource of a type. */
export function only(type: string, resources: readonly Resource[]): Resource["arguments"] {
  const found = resources.filter((resource) => resource.type === type);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`The test wants one ${type}, got ${String(found.length)}.`);
  }
  return found[0].arguments;
}

/** `type id` lines, sorted. */
export function lines(resources: readonly Resource[]): string {
  return resources
    .map(({ type, id }) => `${type} ${id}`)
    .sort()
    .join("\n");
}
