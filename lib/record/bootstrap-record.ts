import { z } from "zod";
import { parseJson } from "../text/parse-json";
import { found, shown, type Problem } from "../problem/problem";
import type { StateConfig } from "../config/state-config";

/** File name of the record, beside `main.ts`. It is committed, so that a fresh clone finds the state. */
export const BOOTSTRAP_RECORD_FILE = "bootstrap.state.json";

/** Where the bootstrap stack's own state is, once it is in the bucket. Written by `statelock bootstrap`. */
export interface BootstrapRecord {
  readonly version: 1;
  readonly bucket: string;
  readonly region: string;
  readonly account: string;
  readonly key: string;
  /** Lineage of the state that was moved: proof that a state found there is this one. */
  readonly lineage: string;
}

const schema: z.ZodType<BootstrapRecord> = z.strictObject({
  version: z.literal(1),
  bucket: z.string(),
  region: z.string(),
  account: z.string(),
  key: z.string(),
  lineage: z.string(),
});

/** Reads a record's text; a problem where it is none. */
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

/** A record that speaks of another place than the config does would split one state into two. */
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
      message: `must agree with the config, got ${differences.map(([field, recorded, configured]) => `${String(field)} ${shown(recorded)} where the config says ${shown(configured)}`).join(", ")}`,
      fix: "The bootstrap stack's state is where the record says. Restore the config; for a second state home use a second checkout without this file.",
    },
  ]);
}
