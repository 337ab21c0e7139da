import { lastReached, phasesName, type SeenRecord, type SeenState } from "../../record/migration-record";
import { lockItemId } from "../../lock/lock-table";
import { LOCKINGS, type Locking } from "../../policy/access-level";
import { digestVerdict, lastWriter } from "./last-writer";
import { LOCK_OPERATION, type LiveState } from "./live-state";
import { fileHolder, tableHolder } from "./lock-holders";
import { recordedBucket, type LiveTarget } from "./live-target";
import { lastByClient } from "./overlap";
import type { LiveRoot } from "./read-live";

/** What one look at a state shows, and S3 may forget. */
interface Sighting {
  /** `<bucket>/<state key>` */
  readonly state: string;
  /** When a client on `both` locked it. */
  readonly both?: Date;
  /** When a client on `lockfile` wrote it. */
  readonly lockfile?: Date;
}

/** Where the phases of a root are in a record, and the phase that its files show. */
export type RootPhase = Pick<LiveTarget, "bucket" | "key" | "phase"> &
  Partial<Pick<LiveTarget, "workspaceKeyPrefix" | "access">>;

/** Returns the name under which a record keeps the phases of a root. */
export function nameOfPhases({ key, workspaceKeyPrefix, ...place }: Omit<RootPhase, "phase">): string {
  return phasesName(recordedBucket(place), key, workspaceKeyPrefix);
}

/** Returns what the states of roots show of the clients that use them. */
export function sightingsIn(roots: readonly LiveRoot[]): Sighting[] {
  return roots.flatMap(({ target, states }) =>
    states.map((live) => {
      const state = lockItemId(recordedBucket(target), live.stateKey);
      const now = heldByOne(live);
      if (now !== undefined) return { state, both: now };
      const taken = lastByClient(live);
      if (taken === undefined) return { state };
      if (digestVerdict(live) === "matches" && lastWriter(live) !== "dynamodb") return { state, both: taken };
      return lastWriter(live) === "lockfile" && live.state.found === "state"
        ? { state, lockfile: live.state.lastModified }
        : { state };
    }),
  );
}

/** Returns when a client took the lock that it holds at this moment, in S3 and in the table: it is on `both`. */
function heldByOne({ fileLock, table }: LiveState): Date | undefined {
  if (fileLock.found !== "lock" || table === undefined) return undefined;
  const [inS3, inTable] = [fileHolder(fileLock), tableHolder(table.lock)].map((holder) =>
    holder?.held === true ? holder.info : undefined,
  );
  const isOne = inS3 !== undefined && inS3.ID === inTable?.ID && inS3.Operation !== LOCK_OPERATION;
  return isOne ? fileLock.object.lastModified : undefined;
}

/** Returns the record with these sightings. It keeps every earlier sighting that no newer one replaces. */
export function withSeen(record: SeenRecord, seen: readonly Sighting[]): SeenRecord {
  const states = { ...record.states };
  for (const { state, both, lockfile } of seen) {
    if (both === undefined && lockfile === undefined) continue;
    states[state] = {
      ...states[state],
      ...(both === undefined ? {} : { both: both.toISOString() }),
      ...(lockfile === undefined ? {} : { lockfile: lockfile.toISOString() }),
    };
  }
  return sorted(states);
}

/** Returns the record with these states in a phase from `at` on. A state that is in the phase already keeps its time. */
export function withReached(record: SeenRecord, keys: readonly string[], phase: Locking, at: Date): SeenRecord {
  const states = { ...record.states };
  for (const key of keys) {
    const state = states[key] ?? {};
    if (lastReached(state)?.phase === phase) continue;
    states[key] = { ...state, reached: { ...state.reached, [phase]: at.toISOString() } };
  }
  return sorted(states);
}

/**
 * Returns the record with states that move to a phase. Records the phase they leave too: the record may not know it, or
 * somebody may have changed the files by hand.
 */
export function withMoved(record: SeenRecord, moving: readonly RootPhase[], to: Locking, at: Date): SeenRecord {
  const until = new Date(at.getTime() - 1);
  const keys = moving.map(nameOfPhases);
  return withReached(withLooked(record, moving, until), keys, to, at);
}

/**
 * Returns the record with states that an operator moves to a phase by hand. A state that the record has there already keeps its
 * time: its files may follow weeks later.
 */
export function withMovedByHand(record: SeenRecord, moving: readonly RootPhase[], to: Locking, at: Date): SeenRecord {
  const isNew = (root: RootPhase): boolean => lastReached(record.states[nameOfPhases(root)] ?? {})?.phase !== to;
  return withMoved(record, moving.filter(isNew), to, at);
}

/** Returns the record with the phases of these states taken from another record. */
export function withReachedOf(record: SeenRecord, keys: readonly string[], other: SeenRecord): SeenRecord {
  const states = { ...record.states };
  for (const key of keys) {
    const { reached: _reached, ...seen } = states[key] ?? {};
    const reached = other.states[key]?.reached;
    const state: SeenState = { ...seen, ...(reached === undefined ? {} : { reached }) };
    if (Object.keys(state).length > 0) states[key] = state;
    else Reflect.deleteProperty(states, key);
  }
  return sorted(states);
}

/**
 * Returns the record with the phases that the files show. Files do not prove that a state left the table: somebody may
 * have changed them by hand, and the record exists to notice it.
 */
export function withLooked(record: SeenRecord, targets: readonly RootPhase[], at: Date): SeenRecord {
  let looked = record;
  const keys = new Map<string, Locking>();
  for (const target of targets) {
    const locking = LOCKINGS.find((each) => each === target.phase);
    const state = nameOfPhases(target);
    const known = keys.get(state);
    if (locking !== undefined && (known === undefined || isBefore(locking, known))) keys.set(state, locking);
  }
  for (const [state, phase] of keys) {
    const isNew = lastReached(record.states[state] ?? {}) === undefined;
    if (isNew || phase !== "lockfile") looked = withReached(looked, [state], phase, at);
  }
  return looked;
}

/** Returns the record with only the states that are wanted. */
export function onlyStates(record: SeenRecord, isWanted: (state: string) => boolean): SeenRecord {
  return sorted(Object.fromEntries(Object.entries(record.states).filter(([state]) => isWanted(state))));
}

/** Returns both records as one, with the later of two moments. */
export function merged(left: SeenRecord, right: SeenRecord): SeenRecord {
  const states = { ...left.states };
  for (const [key, state] of Object.entries(right.states)) states[key] = mergedState(states[key] ?? {}, state);
  return sorted(states);
}

function mergedState({ reached: one, ...left }: SeenState, { reached: other, ...right }: SeenState): SeenState {
  const reached = latest(one ?? {}, other ?? {});
  return { ...latest(left, right), ...(Object.keys(reached).length === 0 ? {} : { reached }) };
}

function latest<Name extends string>(
  left: Partial<Record<Name, string>>,
  right: Partial<Record<Name, string>>,
): Partial<Record<Name, string>> {
  const result = { ...left };
  for (const name of Object.keys(right) as Name[]) {
    const [one, other] = [left[name], right[name]];
    if (one === undefined || (other !== undefined && Date.parse(other) > Date.parse(one))) result[name] = other;
  }
  return result;
}

/** True if a migration goes through `phase` before `other`. */
function isBefore(phase: Locking, other: Locking): boolean {
  return LOCKINGS.indexOf(phase) > LOCKINGS.indexOf(other);
}

function sorted(states: SeenRecord["states"]): SeenRecord {
  return {
    version: 1,
    states: Object.fromEntries(Object.entries(states).sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}
