import { z } from "zod";
import { parseJson } from "../text/parse-json";
import { found, shown, type Problem } from "../problem/problem";
import type { StateConfig } from "../config/state-config";
import { unreadableRecord } from "./unreadable-record";

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
  /** Undefined in a record that an earlier version wrote. */
  readonly deployed?: DeployedHome | undefined;
}

/** What the last run of `statelock bootstrap` left deployed, and the config must not drop by accident. */
export interface DeployedHome {
  /** How S3 encrypts new objects. */
  readonly encryption: string;
  /** The key that the stack manages, in use or retired. */
  readonly createdKey?: { readonly alias: string; readonly keyArn?: string | undefined } | undefined;
  /** Name of the log bucket that the stack manages. */
  readonly logBucket?: string | undefined;
  readonly consumers: readonly DeployedConsumer[];
}

/** A consumer that is deployed. */
export interface DeployedConsumer {
  readonly name: string;
  readonly key: string;
  /** Undefined without workspaces, and in a record that an earlier version wrote. */
  readonly workspaceKeyPrefix?: string | undefined;
  /** True if the stack manages policies for it. */
  readonly hasPolicies?: true | undefined;
}

/** Fields that a later version adds are kept. Synth reads a record only if there is one: it is made when it is needed. */
function schema(): z.ZodType<BootstrapRecord> {
  const deployed: z.ZodType<DeployedHome> = z.looseObject({
    encryption: z.string(),
    createdKey: z.looseObject({ alias: z.string(), keyArn: z.string().optional() }).optional(),
    logBucket: z.string().optional(),
    consumers: z.array(
      z.looseObject({
        name: z.string(),
        key: z.string(),
        workspaceKeyPrefix: z.string().optional(),
        hasPolicies: z.literal(true).optional(),
      }),
    ),
  });
  return z.looseObject({
    version: z.literal(1),
    bucket: z.string(),
    region: z.string(),
    account: z.string(),
    key: z.string(),
    lineage: z.string(),
    statelock: z.string().optional(),
    deployed: deployed.optional(),
  });
}

/** Parses a record. Returns a problem if the text is not a record. */
export function parseBootstrapRecord(text: string): BootstrapRecord | Problem {
  const result = schema().safeParse(parseJson(text));
  if (result.success) return result.data;
  return {
    code: "bootstrap-record",
    path: BOOTSTRAP_RECORD_FILE,
    ...unreadableRecord(
      text,
      "must be a record that `statelock bootstrap` wrote",
      "Restore the file from version control, or delete it and run `statelock bootstrap`, which finds the state again.",
    ),
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
