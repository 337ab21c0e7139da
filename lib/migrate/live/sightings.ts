import { lastReached, type SeenRecord, type SeenState } from "../../record/migration-record";
import { lockItemId } from "../../lock/lock-table";
import { LOCKINGS, type Locking } from "../../policy/access-level";
import type { LiveTarget } from "./live-target";

/** The record with what was seen now; nothing that was seen is forgotten. */
export function withSeen(
  record: SeenRecord,
  seen: readonly { readonly state: string; readonly both?: Date; readonly lockfile?: Date }[],
): SeenRecord {
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

/** The record with these states in a phase from now on; one that is in it already keeps its time. */
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
 * The record with states that go to a phase. Where they were until then is recorded too: it may be new, or somebody may
 * have brought the files back by hand since.
 */
export function withMoved(
  record: SeenRecord,
  moving: readonly Pick<LiveTarget, "bucket" | "key" | "phase">[],
  to: Locking,
  at: Date,
): SeenRecord {
  const until = new Date(at.getTime() - 1);
  const keys = moving.map(({ bucket, key }) => lockItemId(bucket, key));
  return withReached(withLooked(record, moving, until), keys, to, at);
}

/** The record with the phases of these states as another has them. */
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
 * The record with the phases that files are in. That a state left the table is not taken from files: they may have been
 * changed by hand, which is what the record is there to notice.
 */
export function withLooked(
  record: SeenRecord,
  targets: readonly Pick<LiveTarget, "bucket" | "key" | "phase">[],
  at: Date,
): SeenRecord {
  let looked = record;
  const keys = new Map<string, Locking>();
  for (const { bucket, key, phase } of targets) {
    const locking = LOCKINGS.find((each) => each === phase);
    const state = lockItemId(bucket, key);
    const known = keys.get(state);
    if (locking !== undefined && (known === undefined || isBefore(locking, known))) keys.set(state, locking);
  }
  for (const [state, phase] of keys) {
    const isNew = lastReached(record.states[state] ?? {}) === undefined;
    if (isNew || phase !== "lockfile") looked = withReached(looked, [state], phase, at);
  }
  return looked;
}

/** The states of a record that are wanted. */
export function onlyStates(record: SeenRecord, isWanted: (state: string) => boolean): SeenRecord {
  return sorted(Object.fromEntries(Object.entries(record.states).filter(([state]) => isWanted(state))));
}

/** Both records as one: of each moment the later. */
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

/** Of the phases a migration goes through, in their order. */
function isBefore(phase: Locking, other: Locking): boolean {
  return LOCKINGS.indexOf(phase) > LOCKINGS.indexOf(other);
}

function sorted(states: SeenRecord["states"]): SeenRecord {
  return {
    version: 1,
    states: Object.fromEntries(Object.entries(states).sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}
