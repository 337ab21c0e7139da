import { z } from "zod";
import { compareStates } from "../state/compare-states";
import type { TerraformState } from "../state/parse-state";
import type { FoundVersion } from "./find-version";

const changeSchema = z.strictObject({
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  outputs: z.int().describe("number of outputs that were added, changed or removed"),
});

/** One version, in the JSON of every `history` command. */
const versionSchema = z.strictObject({
  versionId: z.string(),
  kind: z.enum(["state", "delete-marker", "no-state", "unreadable"]),
  current: z.boolean(),
  writtenAt: z.iso.datetime().describe("by S3's clock"),
  size: z.int().describe("bytes; 0 for a delete marker"),
  serial: z
    .int()
    .nullable()
    .describe(
      "null, like the following fields, if the version does not have it in plain text: an encrypted state has serial and lineage",
    ),
  lineage: z.string().nullable(),
  terraformVersion: z.string().nullable(),
  resources: z.int().nullable().describe("as many as `terraform state list` lists"),
  change: changeSchema.nullable().describe("compared with the version before; null if unknown"),
  encrypted: z.boolean().optional().describe("true if OpenTofu encrypted the version"),
  problem: z.string().nullable().describe("why the version is not a state, or could not be read"),
  notes: z.array(z.string()),
});

export type VersionReport = z.infer<typeof versionSchema>;

/** JSON of `history list`, version 1. */
export const historyListSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("history list"),
  bucket: z.string(),
  stateKey: z.string(),
  consumer: z.string().nullable(),
  workspace: z.string().nullable().describe("null for the default workspace"),
  versions: z.array(versionSchema).describe("the newest first"),
  older: z.int().describe("number of versions older than the listed ones"),
  notes: z.array(z.string()),
});

export type HistoryList = z.infer<typeof historyListSchema>;

const action = z.enum(["added", "removed", "changed"]);

/** What differs between two states, by name. */
export const comparisonSchema = z.strictObject({
  resources: z.array(
    z.strictObject({
      address: z.string(),
      action,
      attributes: z.array(z.strictObject({ name: z.string() })),
      about: z.array(z.string()).describe("other recorded fields that differ"),
    }),
  ),
  outputs: z.array(z.strictObject({ name: z.string(), action })),
});

export type ComparisonReport = z.infer<typeof comparisonSchema>;

/** Compares two states. Returns names only, never a value. */
export function comparisonReport(before: TerraformState, after: TerraformState): ComparisonReport {
  const { resources, outputs } = compareStates(before, after);
  return {
    resources: resources.map(({ address, action: change, attributes, about }) => ({
      ...{ address, action: change, about: [...about] },
      attributes: attributes.map((name) => ({ name })),
    })),
    outputs: [...outputs],
  };
}

/** Identifies one of the two versions. */
export const sideSchema = z.strictObject({
  versionId: z.string(),
  writtenAt: z.iso.datetime(),
  serial: z.int(),
  lineage: z.string(),
  terraformVersion: z.string().describe("empty if OpenTofu encrypted the version"),
  encrypted: z.boolean().optional().describe("true if OpenTofu encrypted the version"),
});

export function sideReport({ version, head, state }: FoundVersion): z.infer<typeof sideSchema> {
  const { serial, lineage } = head;
  const { versionId, writtenAt } = version;
  const about = { versionId, writtenAt: writtenAt.toISOString(), serial, lineage };
  return state === undefined
    ? { ...about, terraformVersion: "", encrypted: true }
    : { ...about, terraformVersion: state.terraformVersion };
}

/** JSON of `history diff`, version 1. */
export const historyDiffSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("history diff"),
  bucket: z.string(),
  stateKey: z.string(),
  before: sideSchema,
  after: sideSchema,
  ...comparisonSchema.shape,
  notes: z.array(z.string()),
});

export type HistoryDiff = z.infer<typeof historyDiffSchema>;
