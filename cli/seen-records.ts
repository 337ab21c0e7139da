import { join } from "node:path";
import { readSeenRecord, writeSeenRecord } from "../lib/artifacts/seen-record-file";
import { SEEN_RECORD_FILE, type SeenRecord } from "../lib/config/seen-record";
import { lockItemId } from "../lib/lock/lock-table";
import type { PhaseMemory } from "../lib/migrate/apply";
import { home, type Configuration } from "../lib/migrate/configuration";
import { liveTarget, type LiveTarget } from "../lib/migrate/live-target";
import type { MovePlan } from "../lib/migrate/plan";
import type { Scan } from "../lib/migrate/scan";
import { ownsState } from "../lib/migrate/scrub";
import { merged, onlyStates, withMoved, withReachedOf } from "../lib/migrate/seen-record";
import { folderOf } from "../lib/migrate/site";
import type { Locking } from "../lib/policy/access-level";
import type { CommandContext } from "./command-context";

/** The records of a project: that of the working directory, and beside each config that of its consumers, for synth. */
export interface SeenRecords {
  /** All of them as one. */
  readonly record: SeenRecord;
  /** Paths of their files. */
  readonly files: readonly string[];
  /** Keeps what changed: in the working directory all of it, beside a config what is of its consumers. */
  write(change: (record: SeenRecord) => SeenRecord): void;
}

/** Where records are, and which states each is for. */
type Places = readonly { readonly folder: string; readonly isFor: (state: string) => boolean }[];

/** @throws UserError when one of the files is no record */
export function seenRecords({ workingDirectory }: CommandContext, configurations: Scan["configurations"]): SeenRecords {
  const places: Places = [{ folder: ".", isFor: () => true }, ...besideConfigs(configurations)];
  const at = (folder: string): string => join(workingDirectory, folder);
  return {
    files: places.map(({ folder }) => join(at(folder), SEEN_RECORD_FILE)),
    record: places.map(({ folder }) => readSeenRecord(at(folder))).reduce(merged),
    write: (change) => {
      for (const { folder, isFor } of places) {
        const before = readSeenRecord(at(folder));
        const others = onlyStates(before, (state) => !isFor(state));
        const after = merged(others, onlyStates(change(before), isFor));
        if (Object.keys(after.states).length > 0) writeSeenRecord(at(folder), after);
      }
    },
  };
}

/** A state and the phase that a root of it is in by its files. */
type State = Pick<LiveTarget, "bucket" | "key" | "phase">;

/** Remembers the phase that roots go to, by their states. */
export function phaseMemory(records: SeenRecords, configurations: Scan["configurations"], to: Locking): PhaseMemory {
  const statesOf = (roots: readonly string[]): State[] => {
    const wanted = new Set(roots);
    return configurations.filter(({ root }) => wanted.has(root)).flatMap(stateOf);
  };
  const change = (
    roots: readonly string[],
    how: (record: SeenRecord, states: readonly State[]) => SeenRecord,
  ): void => {
    const states = statesOf(roots);
    if (states.length > 0) records.write((record) => how(record, states));
  };
  return {
    remember: (roots) => {
      change(roots, (record, states) => withMoved(record, states, to, new Date()));
    },
    forget: (roots) => {
      change(roots, (record, states) => {
        const keys = states.map(({ bucket, key }) => lockItemId(bucket, key));
        return withReachedOf(record, keys, records.record);
      });
    },
  };
}

/** The roots that a plan leaves as they are because they are there already. */
export function settledIn({ settled, to }: MovePlan, { configurations }: Scan): string[] {
  const there = new Set(configurations.filter(({ phase }) => phase === to).map(({ root }) => root));
  return settled.filter((root) => there.has(root));
}

/** The state of its default workspace; none where no file says it, and none of a reader, which has none. */
function stateOf({ source, bucket, key, phase }: Configuration): State[] {
  const isKnown = bucket !== undefined && "value" in bucket && key !== undefined && "value" in key;
  return isKnown && source !== "reader" ? [{ bucket: bucket.value, key: key.value, phase }] : [];
}

function besideConfigs(configurations: Scan["configurations"]): Places {
  const folders = new Map<string, Configuration[]>();
  for (const consumer of configurations.filter(({ source }) => source === "consumer")) {
    const folder = folderOf(home(consumer).file.path);
    folders.set(folder, [...(folders.get(folder) ?? []), consumer]);
  }
  folders.delete(".");
  return [...folders].map(([folder, consumers]) => {
    const targets = consumers.map((consumer) => liveTarget(consumer, { region: undefined, account: undefined }));
    return { folder, isFor: (state) => targets.some((target) => "bucket" in target && ownsState(target, state)) };
  });
}
