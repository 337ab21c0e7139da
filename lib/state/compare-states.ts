import { isDeepStrictEqual } from "node:util";
import { canonicalDigest } from "../text/canonical-digest";
import type { TerraformState, StateObject } from "./parse-state";

/** The differences between two states, by name only. */
interface Comparison {
  readonly resources: readonly ObjectChange[];
  readonly outputs: readonly OutputChange[];
}

type ChangeAction = "added" | "removed" | "changed";

interface ObjectChange {
  readonly address: string;
  readonly action: ChangeAction;
  /** Names of attributes that differ; empty if only one state has the object. */
  readonly attributes: readonly string[];
  /** Names of other recorded fields that differ: `status`, `provider`, `dependencies`… */
  readonly about: readonly string[];
}

interface OutputChange {
  readonly name: string;
  readonly action: ChangeAction;
}

/** Compares two states, sorted by address and name. */
export function compareStates(before: TerraformState, after: TerraformState): Comparison {
  const resources = changedKeys(before.objects, after.objects, sameObject).map(({ key: address, action }) => {
    const [one, other] = [before.objects.get(address), after.objects.get(address)];
    const both = one !== undefined && other !== undefined;
    return {
      address,
      action,
      attributes: both ? differingNames(one.attributes, other.attributes) : [],
      about: both ? differingNames(one.about, other.about) : [],
    };
  });
  const outputs = changedKeys(before.outputs, after.outputs, isSame);
  return { resources, outputs: outputs.map(({ key: name, action }) => ({ name, action })) };
}

/** Compares two JSON values. Node compares level by level, and a state may nest more levels than its stack holds. */
function isSame(one: unknown, other: unknown): boolean {
  try {
    return isDeepStrictEqual(one, other);
  } catch {
    return canonicalDigest(one) === canonicalDigest(other);
  }
}

function sameObject(one: StateObject, other: StateObject): boolean {
  return isSame(one.attributes, other.attributes) && isSame(one.about, other.about);
}

/** Returns the keys that only one map has, or whose values differ. */
export function changedKeys<V>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
  same: (one: V, other: V) => boolean,
): { readonly key: string; readonly action: ChangeAction }[] {
  const actionOf = (key: string): ChangeAction | undefined => {
    const [one, other] = [before.get(key), after.get(key)];
    if (one === undefined) return "added";
    if (other === undefined) return "removed";
    return same(one, other) ? undefined : "changed";
  };
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const action = actionOf(key);
    return action === undefined ? [] : [{ key, action }];
  });
}

function differingNames(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return names.filter((name) => !isSame(one[name], other[name]));
}
