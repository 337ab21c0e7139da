import type { Locking } from "../../policy/access-level";
import { DYNAMODB_TABLE, TABLE_ARGUMENTS, USE_LOCKFILE, type Phase } from "../scan/configuration/phase";
import { argument, type Site } from "../scan/source/site";

/** A change of one argument of a site. */
export type Change =
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "set"; readonly name: string; readonly value: boolean }
  /** Makes a block the argument of the same name, which is an object. */
  | { readonly kind: "assign"; readonly name: string }
  | {
      readonly kind: "nest";
      /** The argument that the object replaces. */
      readonly name: string;
      /** The name of the object. */
      readonly into: string;
      /** The arguments whose values move into the object, and their names there. */
      readonly entries: readonly { readonly from: string; readonly to: string }[];
    }
  | {
      readonly kind: "insert";
      readonly name: string;
      readonly value: string | boolean;
      /** The argument next to which the new one is inserted. */
      readonly beside: string;
      readonly side: "before" | "after";
    };

/** Returns the arguments that a change removes, sets or adds. */
export function changedNames(change: Change): readonly string[] {
  return change.kind === "nest" ? [change.name, change.into] : [change.name];
}

/** A step between two neighbouring phases. If both are the same, the step only removes remaining table arguments. */
export interface PhaseStep {
  readonly from: Phase;
  readonly to: Locking;
  /** Name of the legacy table. Required from `lockfile` back to `both`. */
  readonly table?: string;
}

/**
 * Returns the changes of a step to the sites of one configuration; a later site overrides an earlier one. `use_lockfile` goes
 * into the file that holds `dynamodb_table`. If there is a `use_lockfile` already, the step turns it on where it is, because
 * it would override another one.
 */
export function stepChanges(sites: readonly Site[], step: PhaseStep): ReadonlyMap<Site, readonly Change[]> {
  const holding = (name: string): Site | undefined => sites.findLast((site) => argument(site, name) !== undefined);
  switch (`${step.from} to ${step.to}`) {
    case "dynamodb to both":
      return turnOn(sites, holding(DYNAMODB_TABLE));
    case "both to lockfile":
    case "lockfile to lockfile":
      return each(sites, removeTable);
    case "lockfile to both":
      return nameTable(holding(USE_LOCKFILE), step.table);
    case "both to dynamodb":
      return each(sites, (site) => (has(site, USE_LOCKFILE) ? [{ kind: "remove", name: USE_LOCKFILE }] : []));
    default:
      return new Map();
  }
}

/** Returns the changes to a reader. A reader never locks; it must stop reading digests that nobody writes any more. */
export function readerChanges(site: Site): readonly Change[] {
  return removeTable(site);
}

function turnOn(sites: readonly Site[], holder: Site | undefined): ReadonlyMap<Site, readonly Change[]> {
  const present = sites.filter((site) => has(site, USE_LOCKFILE));
  if (present.length > 0) return each(present, () => [{ kind: "set", name: USE_LOCKFILE, value: true }]);
  if (holder === undefined) return new Map();
  const change: Change = { kind: "insert", name: USE_LOCKFILE, value: true, beside: DYNAMODB_TABLE, side: "after" };
  return new Map([[holder, [change]]]);
}

function nameTable(holder: Site | undefined, table: string | undefined): ReadonlyMap<Site, readonly Change[]> {
  if (holder === undefined || table === undefined) return new Map();
  const change: Change = { kind: "insert", name: DYNAMODB_TABLE, value: table, beside: USE_LOCKFILE, side: "before" };
  return new Map([
    [holder, has(holder, DYNAMODB_TABLE) ? [{ kind: "remove", name: DYNAMODB_TABLE }, change] : [change]],
  ]);
}

function removeTable(site: Site): Change[] {
  return TABLE_ARGUMENTS.filter((name) => has(site, name)).map((name) => ({ kind: "remove", name: whole(site, name) }));
}

/** Returns the object itself if the named entry is its only one. */
function whole(site: Site, name: string): string {
  const [outer = name] = name.split(".");
  const value = argument(site, outer)?.value;
  return value?.kind === "object" && value.entries.length === 1 ? outer : name;
}

function has(site: Site, name: string): boolean {
  return argument(site, name) !== undefined;
}

function each(
  sites: readonly Site[],
  changes: (site: Site) => readonly Change[],
): ReadonlyMap<Site, readonly Change[]> {
  return new Map(sites.map((site) => [site, changes(site)] as const).filter(([, made]) => made.length > 0));
}
