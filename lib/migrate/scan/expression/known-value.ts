import type { Attribute, Span } from "../../../hcl/syntax";
import type { SourceFile } from "../source/site";

/** An object literal of a file, of which an evaluated object is made. */
export interface ObjectPart extends Span {
  readonly file: SourceFile;
  readonly line: number;
  readonly entries: readonly Attribute[];
}

/** An object, and the literals that it is made of; a later one overrides an earlier one. */
export class KnownObject {
  constructor(
    readonly members: ReadonlyMap<string, KnownValue>,
    readonly parts: readonly ObjectPart[] = [],
  ) {}
}

/** A value that only Terragrunt can compute: from AWS, from a command, from the environment, from a file that was not scanned. */
export const COMPUTED = new (class Computed {
  readonly isComputed = true;
})();

type Computed = typeof COMPUTED;

/** A value of an expression, as far as the scanned files decide it. */
export type KnownValue = string | number | boolean | null | readonly KnownValue[] | KnownObject | Computed;

/** Returns a text as HCL converts it; undefined for anything that HCL does not convert. */
export function asText(value: KnownValue | undefined): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** Returns a member of an object, or an item of a list; COMPUTED if there is none. */
export function memberOf(value: KnownValue, name: KnownValue): KnownValue {
  if (value instanceof KnownObject) return value.members.get(asText(name) ?? "") ?? COMPUTED;
  if (Array.isArray(value) && typeof name === "number") return (value as readonly KnownValue[])[name] ?? COMPUTED;
  return COMPUTED;
}

/** True if the value and everything in it is known. */
export function isWhole(value: KnownValue): boolean {
  if (value === COMPUTED) return false;
  if (value instanceof KnownObject) return [...value.members.values()].every(isWhole);
  return Array.isArray(value) ? (value as readonly KnownValue[]).every(isWhole) : true;
}
