import type { FileReplacement } from "../../files/project-files";
import type { Locking } from "../../policy/access-level";
import type { Problem } from "../../problem/problem";
import type { FleetCheck } from "../scan/fleet-checks";
import type { Scan, ScannedConfiguration } from "../scan/scan";

/** A phase that roots move on to. */
export type Target = "both" | "lockfile";

/** A phase that roots go back to. */
export type BackTarget = "dynamodb" | "both";

/** Which roots to move, and where. */
export interface MoveOptions {
  readonly to: Locking;
  /** Go back one phase. @default - go on */
  readonly back?: { /** The table that a root on `lockfile` locks in again. */ readonly table: string | undefined };
  /** Also replaces what engines with `use_lockfile` refuse in a backend, where that is exact. @default false */
  readonly modernize?: boolean;
  /** @default - every root that the scan found */
  readonly roots?: readonly string[];
  /** Further checks on each root, after the checks of the files. */
  readonly checks?: readonly FleetCheck[];
  readonly onProgress?: (done: number, of: number) => void;
}

/** Roots that share a file, and so move together: all of their files change, or none. */
export interface Move {
  readonly roots: readonly string[];
  /** The folder of the journal while the move is running. */
  readonly folder: string;
  readonly replacements: readonly FileReplacement[];
}

/** Roots that stay as they are, and why. */
export interface Refusal {
  readonly roots: readonly string[];
  readonly problems: readonly Problem[];
}

/** What one step changes in the files of the selected roots. */
export interface MovePlan {
  readonly to: Locking;
  readonly moves: readonly Move[];
  readonly refusals: readonly Refusal[];
  /** Selected roots with nothing to do. */
  readonly settled: readonly string[];
  /** The folders of settled roots: a killed run may have begun a move there. */
  readonly settledFolders: readonly string[];
  /** Configurations that an operator has to move by hand. */
  readonly byHand: readonly ScannedConfiguration[];
  /** Selected configurations whose files do not say how they lock. @default - none */
  readonly unknown?: readonly ScannedConfiguration[];
  /** Selected configurations that nothing locks. @default - none */
  readonly unlocked?: readonly ScannedConfiguration[];
  /** Templates of backends that change with the roots. Nobody runs them. @default - none */
  readonly templates?: readonly FileReplacement[];
}

/** Returns the roots that a plan leaves as they are, because they are there already. */
export function settledIn({ settled, to }: MovePlan, { configurations }: Pick<Scan, "configurations">): string[] {
  const there = new Set(configurations.filter(({ phase }) => phase === to).map(({ root }) => root));
  return settled.filter((root) => there.has(root));
}

/** True if an operator has to move a configuration by hand, find out how it locks, or make it lock at all. */
export function hasWorkByHand({
  byHand,
  unknown = [],
  unlocked = [],
}: Pick<MovePlan, "byHand" | "unknown" | "unlocked">): boolean {
  return byHand.length + unknown.length + unlocked.length > 0;
}

/** Returns the next step of the fleet: no root goes to `lockfile` while another one is on `dynamodb`. */
export function nextTarget(scan: Scan): Target {
  const isBehind = ({ phase, source, synthesizedFrom }: ScannedConfiguration): boolean =>
    phase === "dynamodb" && source !== "reader" && synthesizedFrom === undefined;
  return scan.configurations.some(isBehind) ? "both" : "lockfile";
}
