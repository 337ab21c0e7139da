import { z } from "zod";
import type { Problem } from "../problem";

/** The file that keeps what was seen of each state's phases. It belongs into version control. */
export const SEEN_RECORD_FILE = "statelock.migration.json";

const seenState = z.strictObject({
  both: z.iso
    .datetime()
    .optional()
    .describe("When a client locked it with a file while its digest was that of the state."),
  lockfile: z.iso.datetime().optional().describe("When a client without the table wrote it."),
});

const schema = z.strictObject({
  version: z.literal(1),
  states: z.record(z.string(), seenState).describe("By `bucket/state key`."),
});

/** What was seen of each state, for when S3 has let the versions go that showed it. */
export type SeenRecord = z.infer<typeof schema>;

export const NOTHING_SEEN: SeenRecord = { version: 1, states: {} };

/** Reads the record's text; a problem where it is none. */
export function parseSeenRecord(text: string): SeenRecord | Problem {
  try {
    const result = schema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
  } catch {
    // The same answer as for JSON that is no record.
  }
  return {
    code: "record-unreadable",
    path: SEEN_RECORD_FILE,
    message: "must be the record that `statelock migrate status --record` writes, got something else",
    fix: "Restore it from version control, or delete it and let it be written again.",
  };
}

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
  const sorted = Object.entries(states).sort(([left], [right]) => (left < right ? -1 : 1));
  return { version: 1, states: Object.fromEntries(sorted) };
}
