import { z } from "zod";
import { parseJson } from "../text/parse-json";
import { found, shown, type Problem } from "../problem/problem";
import type { StateConfig } from "../config/state-config";

/** Name of the record's file, beside `main.ts`. Commit it, so that a fresh clone finds the state. */
export const BOOTSTRAP_RECORD_FILE = "bootstrap.state.json";

/** Where the bootstrap stack keeps its own state in the bucket. `statelock bootstrap` writes it after the move. */
export interface BootstrapRecord {
  readonly version: 1;
  readonly bucket: string;
  readonly region: string;
  readonly account: string;
  readonly key: string;
  /** Lineage of the moved state. It proves that a state in the bucket is this one. */
  readonly lineage: string;
  /** Version of Statelock that wrote the record. Version 0.1.0 wrote none. */
  readonly statelock?: string | undefined;
}

/** Keeps fields that a later release adds. */
const schema: z.ZodType<BootstrapRecord> = z.looseObject({
  version: z.literal(1),
  bucket: z.string(),
  region: z.string(),
  account: z.string(),
  key: z.string(),
  lineage: z.string(),
  statelock: z.string().optional(),
});

/** Parses a record. Returns a problem if the text is not a record. */
export function parseBootstrapRecord(text: string): BootstrapRecord | Problem {
  const result = schema.safeParse(parseJson(text));
  if (result.success) return result.data;
  return {
    code: "bootstrap-record",
    path: BOOTSTRAP_RECORD_FILE,
    message: `must be a record that \`statelock bootstrap\` wrote, got ${shown(text)}`,
    fix: "Restore the file from version control, or delete it and run `statelock bootstrap`, which finds the state again.",
  };
}

/** Returns a problem if the record and the config name different places: that would split one state into two. */
export function recordProblems(record: BootstrapRecord, config: StateConfig, key: string): Problem[] {
  const differences = [
    ["bucket", record.bucket, config.bucket.name],
    ["region", record.region, config.bucket.region],
    ["account", record.account, config.bucket.account],
    ["key", record.key, key],
  ].filter(([, recorded, configured]) => recorded !== configured);
  return found([
    differences.length > 0 && {
      code: "bootstrap-record",
      path: BOOTSTRAP_RECORD_FILE,
      message: `must match the config, got ${differences.map(([field, recorded, configured]) => `${String(field)} ${shown(recorded)} where the config has ${shown(configured)}`).join(", ")}`,
      fix: "Restore the config: the bootstrap stack's state is where the record says. For a second state home, use a second checkout without this file.",
    },
  ]);
}
