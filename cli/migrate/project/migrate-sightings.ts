import { realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { readSeenRecord, writeSeenRecord } from "../../../lib/record/record-files";
import { SEEN_RECORD_FILE, type SeenRecord } from "../../../lib/record/migration-record";
import type { PhaseMemory } from "../../../lib/migrate/step/apply-plan";
import { settingOf, type Configuration } from "../../../lib/migrate/scan/configuration/configuration";
import { liveTarget, recordedBucket } from "../../../lib/migrate/live/live-target";
import { ownEndpoints } from "../../../lib/migrate/live/own-access";
import { skippedPhases } from "../../../lib/migrate/live/phase-skipped";
import type { Scan } from "../../../lib/migrate/scan/scan";
import { ownsState } from "../../../lib/migrate/table/owned-items";
import {
  merged,
  onlyStates,
  withLooked,
  nameOfPhases,
  withMoved,
  withMovedByHand,
  withReachedOf,
  type RootPhase,
} from "../../../lib/migrate/live/sightings";
import type { Locking } from "../../../lib/policy/access-level";
import { topFinder } from "../../../lib/programs/working-tree";
import { plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";
import { grouped } from "../../../lib/text/grouped";

/**
 * The migration records of a project. A record (`statelock.migration.json`) keeps when each state was in which phase,
 * and when its clients used it. The records are in these folders:
 * - the top of each git working tree with a root of the project. Without git: the working directory
 * - the folder of each state config, because synth reads the record there
 */
export interface SeenRecords {
  /** All records merged into one. */
  readonly record: SeenRecord;
  /** Paths of the record files. */
  readonly files: readonly string[];
  /**
   * Applies a change to every record. A record takes the change for its own states, and keeps the others as they are.
   * Does not write a record whose states stay the same.
   */
  write(change: (record: SeenRecord) => SeenRecord): void;
  /** Returns the paths of the records that `write` changed so far, relative to the working directory. */
  written(): readonly string[];
}

/** The folder of each record, and whether a state (`<bucket>/<state key>`) belongs in that record. */
type Places = readonly { readonly folder: string; readonly isFor: (state: string) => boolean }[];

/** Reads the records of a project. @throws UserError if one of the files is damaged */
export function seenRecords({ workingDirectory }: CommandContext, configurations: Scan["configurations"]): SeenRecords {
  const places = placesOf(workingDirectory, configurations);
  const written = new Set<string>();
  return {
    files: places.map(({ folder }) => join(folder, SEEN_RECORD_FILE)),
    record: places.map(({ folder }) => readSeenRecord(folder)).reduce(merged),
    write: (change) => {
      for (const { folder, isFor } of places) {
        const before = readSeenRecord(folder);
        const others = onlyStates(before, (state) => !isFor(state));
        const after = merged(others, onlyStates(change(before), isFor));
        // onlyStates sorts by name, so the order alone is not a difference.
        if (JSON.stringify(after.states) === JSON.stringify(onlyStates(before, () => true).states)) continue;
        writeSeenRecord(folder, { ...before, states: after.states });
        written.add(relative(workingDirectory, join(folder, SEEN_RECORD_FILE)).split(sep).join("/"));
      }
    },
    written: () => [...written],
  };
}

/**
 * Returns the scan with one more problem for each root that skipped `both`: its files are on `dynamodb` again, but the
 * records have its state on `lockfile`, and not on `both` after that.
 */
export function withSkippedPhases(context: CommandContext, scan: Scan): Scan {
  const { configurations, problems } = scan;
  if (configurations.every(({ phase }) => phase !== "dynamodb")) return scan;
  const { record } = seenRecords(context, configurations);
  return { ...scan, problems: [...problems, ...skippedPhases(configurations, record)] };
}

/**
 * Returns the memory of a run that moves roots to the phase `to`. The memory keeps the phases in the records, under the
 * name of each root's state. It ignores a root whose files do not name that state.
 */
export function phaseMemory(records: SeenRecords, configurations: Scan["configurations"], to: Locking): PhaseMemory {
  const statesOf = (roots: readonly string[]): RootPhase[] => {
    const wanted = new Set(roots);
    return configurations.filter(({ root }) => wanted.has(root)).flatMap(stateOf);
  };
  /** Changes the records for these roots. @param how returns the changed record */
  const change = (
    roots: readonly string[],
    how: (record: SeenRecord, states: readonly RootPhase[]) => SeenRecord,
  ): void => {
    const states = statesOf(roots);
    if (states.length > 0) records.write((record) => how(record, states));
  };
  return {
    remember: (roots) => {
      change(roots, (record, states) => withMoved(record, states, to, new Date()));
    },
    rememberByHand: (roots) => {
      change(roots, (record, states) => withMovedByHand(record, states, to, new Date()));
    },
    look: (roots) => {
      change(roots, (record, states) => withLooked(record, states, new Date()));
    },
    forget: (roots) => {
      change(roots, (record, states) => {
        const keys = states.map(nameOfPhases);
        // Statelock read `records.record` before this run changed a file.
        return withReachedOf(record, keys, records.record);
      });
    },
  };
}

/**
 * Returns one item for a root: where its state is, and the phase that its files show. All its workspaces share it.
 * Empty if the files compute the place of the state or do not name it, and for a reader (a `terraform_remote_state`
 * data source).
 */
function stateOf(configuration: Configuration): RootPhase[] {
  const { source, phase } = configuration;
  // A root may leave workspace_key_prefix out. An expression in its place counts as unknown, as for bucket and key.
  const [bucket, key, prefix] = [
    configuration.bucket,
    configuration.key,
    settingOf(configuration, "workspace_key_prefix") ?? { value: undefined },
  ].map((setting) => (setting !== undefined && "value" in setting ? setting : undefined));
  const endpoints = ownEndpoints(configuration);
  if (bucket?.value === undefined || key?.value === undefined || prefix === undefined || source === "reader") return [];
  return [
    {
      ...("computed" in endpoints ? {} : { access: endpoints }),
      bucket: bucket.value,
      key: key.value,
      phase,
      ...(prefix.value === undefined ? {} : { workspaceKeyPrefix: prefix.value }),
    },
  ];
}

/** Notes on standard error which records Statelock wrote, because the operator commits them with the changed files. */
export function noteRecords({ terminal }: CommandContext, records: SeenRecords): void {
  const written = records.written();
  if (written.length > 0)
    terminal.note(
      `Recorded in ${written.map((path) => plainText(path, Infinity)).join(", ")}: commit it with the files.`,
    );
}

/**
 * Returns where the records are, beginning with the records of the working trees. A config at the top of a working tree
 * uses the record of that tree. Every other config has its own record.
 */
function placesOf(workingDirectory: string, configurations: Scan["configurations"]): Places {
  const topOf = topFinder();
  const here = realpathSync(workingDirectory);
  const trees = grouped(configurations, (each) => topOf(dirname(each.file.realPath)) ?? here);
  // If there is only one working tree, its record is for every state, even for one that the scan did not find.
  const [only] = trees.size === 0 ? [topOf(here) ?? here] : trees.size === 1 ? trees.keys() : [];
  const tops: Places =
    only === undefined
      ? [...trees].map(([folder, own]) => ({ folder, isFor: ownedBy(own) }))
      : [{ folder: only, isFor: () => true }];
  const consumers = configurations.filter(({ source }) => source === "consumer");
  const beside = grouped(consumers, (each) => dirname(each.file.realPath));
  const apart = [...beside].filter(([folder]) => tops.every((top) => top.folder !== folder));
  return [...tops, ...apart.map(([folder, own]) => ({ folder, isFor: ownedBy(own) }))];
}

/** Returns a function that is true for the states, of any workspace, that these configurations keep. */
function ownedBy(configurations: readonly Configuration[]): (state: string) => boolean {
  // The region and the account do not matter here: this compares names and sends no request.
  const targets = configurations.map((each) => liveTarget(each, { region: "", account: undefined }));
  return (state) =>
    targets.some((target) => "bucket" in target && ownsState({ ...target, bucket: recordedBucket(target) }, state));
}
