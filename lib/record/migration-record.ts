import { z } from "zod";
import { parseJson } from "../text/parse-json";
import { DEFAULT_WORKSPACE_KEY_PREFIX } from "../state/state-keys";
import { LOCKINGS, type Locking } from "../policy/access-level";
import type { Problem } from "../problem/problem";
import { unreadableRecord } from "./unreadable-record";

/** Name of the file in which `statelock migrate` records what it saw of each state. Commit it. */
export const SEEN_RECORD_FILE = "statelock.migration.json";

/** A line that names the legacy table, and why its removal passes the line over. */
export interface IgnoredMention {
  readonly table: string;
  readonly file: string;
  readonly line: number;
  readonly digest: string;
  readonly reason: string;
  readonly at: string;
}

/** What Statelock saw of each state during a migration. S3 may expire the versions that proved it. */
export interface SeenRecord {
  readonly version: 1;
  /** Version of Statelock that wrote the record. Version 0.1.0 wrote none. */
  readonly statelock?: string | undefined;
  /** By `bucket/state key`. */
  readonly states: Readonly<Record<string, SeenState>>;
  /** Lines that name a table and that `retire --ignore-mention` passed over. */
  readonly ignoredMentions?: readonly IgnoredMention[] | undefined;
}

/** What Statelock saw of one state, as moments in ISO 8601; the schema below describes each field. */
export interface SeenState {
  readonly both?: string | undefined;
  readonly lockfile?: string | undefined;
  readonly reached?: Readonly<Partial<Record<Locking, string>>> | undefined;
}

/** Synth reads a record only if there is one: the schema is made when it is needed. */
function schema(): z.ZodType<SeenRecord> {
  const moment = z.iso.datetime();

  const seenState = z.strictObject({
    both: moment
      .optional()
      .describe("When a client took the lock file while the digest in the table matched the state."),
    lockfile: moment.optional().describe("When a client that does not use the table wrote the state."),
    reached: z
      .partialRecord(z.enum(LOCKINGS), moment)
      .optional()
      .describe("When the root's files last moved to each phase, or were first seen in it."),
  });

  const ignoredMention = z.strictObject({
    table: z.string(),
    file: z.string().describe("From the folder of the record."),
    line: z.int(),
    digest: z.string().describe("Of the line's text: after a change the line counts again."),
    reason: z.string(),
    at: moment,
  });
  return z.looseObject({
    version: z.literal(1),
    statelock: z.string().optional(),
    states: z.record(z.string(), seenState).describe("By `bucket/state key`."),
    ignoredMentions: z.array(ignoredMention).optional(),
  });
}

/**
 * Returns the name under which a record keeps the phases of a root. Roots that share bucket and key and differ in the prefix
 * of their workspaces move apart, so a prefix other than the default is part of the name.
 */
export function phasesName(bucket: string, key: string, prefix = DEFAULT_WORKSPACE_KEY_PREFIX): string {
  return prefix === DEFAULT_WORKSPACE_KEY_PREFIX ? `${bucket}/${key}` : `${bucket}/${prefix}/*/${key}`;
}

/** Returns the recorded phases of a root. The names in older records have no prefix. */
export function recordedPhases(
  { states }: SeenRecord,
  bucket: string,
  key: string,
  prefix: string | undefined,
): SeenState | undefined {
  return states[phasesName(bucket, key, prefix)] ?? states[phasesName(bucket, key)];
}

export const NOTHING_SEEN: SeenRecord = { version: 1, states: {} };

/** Parses a record. Returns a problem if the text is not a record. */
export function parseSeenRecord(text: string): SeenRecord | Problem {
  const result = schema().safeParse(parseJson(text));
  if (result.success) return result.data;
  return {
    code: "record-unreadable",
    path: SEEN_RECORD_FILE,
    ...unreadableRecord(
      text,
      "must be the record that `statelock migrate` writes",
      "Restore the file from version control, or delete it: `statelock migrate` writes a new one.",
    ),
  };
}

/** Returns the phase that a root's files moved to last, and when. Undefined if no move is recorded. */
export function lastReached({ reached = {} }: SeenState): { readonly phase: Locking; readonly at: string } | undefined {
  const moments = LOCKINGS.flatMap((phase) => {
    const at = reached[phase];
    return at === undefined ? [] : [{ phase, at }];
  });
  return moments.sort((left, right) => Date.parse(right.at) - Date.parse(left.at))[0];
}

/**
 * Returns the last moment at which the record knows a state on `dynamodb`. If the state went on to `both`, that is when
 * it did. Undefined if the record never saw it on `dynamodb`.
 */
export function onDynamodbUntil({ reached = {} }: SeenState): string | undefined {
  const { dynamodb, both, lockfile } = reached;
  if (dynamodb === undefined || both === undefined || !isAfter(both, dynamodb)) return dynamodb;
  const cameFromLockfile = lockfile !== undefined && isAfter(lockfile, dynamodb) && isAfter(both, lockfile);
  return cameFromLockfile ? dynamodb : both;
}

/**
 * Returns since when a state was on `lockfile`, if it was not on `both` after that: a root that is on `dynamodb` now has
 * skipped `both`. A later look at `dynamodb` changes nothing.
 */
export function skippedBoth({ reached = {} }: SeenState): string | undefined {
  const { both, lockfile } = reached;
  return both !== undefined && lockfile !== undefined && isAfter(both, lockfile) ? undefined : lockfile;
}

/**
 * True if this lock-file sighting proves that the root's clients are on `both`. A sighting from before the state was
 * last on `dynamodb` proves nothing: it belongs to an earlier try. Synth and the live checks both use this rule.
 * @param state the record of the default workspace; its phases hold for every workspace
 * @param sighting when a client took the lock file, in this workspace or another
 */
export function isOverlap(state: SeenState | undefined, sighting: string | undefined): boolean {
  const until = state === undefined ? undefined : onDynamodbUntil(state);
  return sighting !== undefined && (until === undefined || isAfter(sighting, until));
}

function isAfter(moment: string, other: string): boolean {
  return Date.parse(moment) > Date.parse(other);
}
