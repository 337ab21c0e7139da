import { canonicalDigest } from "../text/canonical-digest";
import { changedKeys } from "../state/compare-states";
import type { TerraformState } from "../state/parse-state";

/** What remains in memory of a state to count the changes of the next one: no content. */
export interface StateSummary {
  readonly serial: number;
  readonly lineage: string;
  readonly terraformVersion: string;
  readonly resources: number;
  /** SHA-256 of each object, by address, and of each output, by name. */
  readonly objects: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/** Number of changes between two states. */
export interface ChangeCount {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Outputs that were added, changed or removed. */
  readonly outputs: number;
}

/** The summary before the first state. */
export const NOTHING: Pick<StateSummary, "objects" | "outputs"> = { objects: new Map(), outputs: new Map() };

export function summarize({
  serial,
  lineage,
  terraformVersion,
  resources,
  objects,
  outputs,
}: TerraformState): StateSummary {
  return {
    ...{ serial, lineage, terraformVersion, resources },
    objects: digests(objects, ({ attributes, about }) => [attributes, about]),
    outputs: digests(outputs, (output) => output),
  };
}

export function countChanges(
  before: Pick<StateSummary, "objects" | "outputs">,
  after: Pick<StateSummary, "objects" | "outputs">,
): ChangeCount {
  const resources = changedKeys(before.objects, after.objects, (one, other) => one === other);
  const count = (wanted: string): number => resources.filter(({ action }) => action === wanted).length;
  const outputs = changedKeys(before.outputs, after.outputs, (one, other) => one === other).length;
  return { added: count("added"), changed: count("changed"), removed: count("removed"), outputs };
}

function digests<V>(entries: ReadonlyMap<string, V>, content: (value: V) => unknown): Map<string, string> {
  return new Map([...entries].map(([key, value]) => [key, canonicalDigest(content(value))]));
}
