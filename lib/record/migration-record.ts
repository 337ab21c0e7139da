import { z } from "zod";
import { parseJson } from "../text/parse-json";
import { LOCKINGS, type Locking } from "../policy/access-level";
import type { Problem } from "../problem/problem";

/** The file that keeps what was seen of each state's phases. It belongs into version control. */
export const SEEN_RECORD_FILE = "statelock.migration.json";

const moment = z.iso.datetime();

const seenState = z.strictObject({
  both: moment.optional().describe("When a client locked it with a file while its digest was that of the state."),
  lockfile: moment.optional().describe("When a client without the table wrote it."),
  reached: z
    .partialRecord(z.enum(LOCKINGS), moment)
    .optional()
    .describe("When its files last went to each phase, or were first seen on it."),
});

/** What was seen of each state, for when S3 has let the versions go that showed it, and where its files were moved to. */
export interface SeenRecord {
  readonly version: 1;
  /** By `bucket/state key`. */
  readonly states: Readonly<Record<string, SeenState>>;
}

/** What was seen of one state, as moments in ISO 8601. */
export interface SeenState {
  readonly both?: string | undefined;
  readonly lockfile?: string | undefined;
  readonly reached?: Readonly<Partial<Record<Locking, string>>> | undefined;
}

const schema: z.ZodType<SeenRecord> = z.strictObject({
  version: z.literal(1),
  states: z.record(z.string(), seenState).describe("By `bucket/state key`."),
});

export const NOTHING_SEEN: SeenRecord = { version: 1, states: {} };

/** Reads the record's text; a problem where it is none. */
export function parseSeenRecord(text: string): SeenRecord | Problem {
  const result = schema.safeParse(parseJson(text));
  if (result.success) return result.data;
  return {
    code: "record-unreadable",
    path: SEEN_RECORD_FILE,
    message: "must be the record that `statelock migrate` writes, got something else",
    fix: "Restore it from version control, or delete it and let it be written again.",
  };
}

/** The phase that a state's files were last moved to, and when; undefined where that was never recorded. */
export function lastReached({ reached = {} }: SeenState): { readonly phase: Locking; readonly at: string } | undefined {
  const moments = LOCKINGS.flatMap((phase) => {
    const at = reached[phase];
    return at === undefined ? [] : [{ phase, at }];
  });
  return moments.sort((left, right) => Date.parse(right.at) - Date.parse(left.at))[0];
}

/**
 * Until when a state is known to have been on `dynamodb`: where it went to `both` from there, until then. Undefined where
 * it is not known to have been there.
 */
export function onDynamodbUntil({ reached = {} }: SeenState): string | undefined {
  const { dynamodb, both, lockfile } = reached;
  if (dynamodb === undefined || both === undefined || !isAfter(both, dynamodb)) return dynamodb;
  const cameFromLockfile = lockfile !== undefined && isAfter(lockfile, dynamodb) && isAfter(both, lockfile);
  return cameFromLockfile ? dynamodb : both;
}

/**
 * Whether a lock that a client took with a file tells that clients are on both: those of an earlier try do not, once the
 * state was on `dynamodb` again. Synth, and what asks S3 and DynamoDB, go by this alone.
 * @param state what is recorded of the default workspace, whose phases are those of all
 * @param sighting when that lock was taken, of this workspace or another
 */
export function isOverlap(state: SeenState | undefined, sighting: string | undefined): boolean {
  const until = state === undefined ? undefined : onDynamodbUntil(state);
  return sighting !== undefined && (until === undefined || isAfter(sighting, until));
}

function isAfter(moment: string, other: string): boolean {
  return Date.parse(moment) > Date.parse(other);
}
