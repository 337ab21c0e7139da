import type { Locking } from "../../policy/access-level";
import { DYNAMODB_TABLE, TABLE_ARGUMENTS, USE_LOCKFILE, type Phase } from "../scan/phase";
import { argument, type Site } from "../scan/site";

/** What is done to one argument of a site. */
export type Change =
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "set"; readonly name: string; readonly value: boolean }
  | {
      readonly kind: "insert";
      readonly name: string;
      readonly value: string | boolean;
      /** The argument that it is put next to. */
      readonly beside: string;
      readonly side: "before" | "after";
    };

/** A step between two neighbouring phases, or a step that is done already and may leave a remainder. */
export interface PhaseStep {
  readonly from: Phase;
  readonly to: Locking;
  /** Name of the legacy table: needed from `lockfile` back to `both`. */
  readonly table?: string;
}

/**
 * What a step does to the sites of one configuration, given with the least of them first: a partial file overrides the
 * block. The file that holds `dynamodb_table` gets `use_lockfile`; a `use_lockfile` that is there already is turned on
 * where it stands, since it would override another.
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

/** A reader never locks; it only has to stop asking the table for a digest that nobody writes any more. */
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

/** The only entry of an object goes with its object. */
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
