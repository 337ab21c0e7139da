import { z } from "zod";
import { ENGINE_NAMES } from "../engine/engine";
import { LEGACY_TABLE_MANAGEMENTS } from "../config/state-config";
import { ACCESS_LEVELS, LOCKINGS } from "../policy/access-level";
import { PARTITIONS } from "../policy/partition";
import { UserError } from "../problem/problem";
import { parseJson } from "../text/parse-json";

const backend = z
  .record(z.string(), z.union([z.string(), z.boolean(), z.record(z.string(), z.string())]))
  .describe("Arguments of Terraform's S3 backend, under Terraform's names.");

const engine = z.enum(ENGINE_NAMES).optional();

const policy = z.strictObject({
  level: z.enum(ACCESS_LEVELS),
  file: z.string().describe("Path of the policy's JSON, from the inventory's folder."),
  arn: z.string().optional().describe("ARN of the managed policy. Left out: the bootstrap stack creates none."),
  roles: z.array(z.string()).describe("ARNs of the roles that the policy is attached to."),
  permissionSetRoles: z
    .array(z.string())
    .optional()
    .describe("ARNs of roles of IAM Identity Center whose permission set must reference it."),
  madeRole: z
    .strictObject({
      arn: z.string(),
      trust: z.string().describe("Path of the role's trust policy, from the inventory's folder."),
    })
    .optional()
    .describe("The role that the bootstrap stack creates for this level. It is also in roles."),
});

const consumer = z.strictObject({
  name: z.string(),
  type: z.enum(["cdktf", "terraform"]),
  engine: engine.describe("The engine that the config names for this consumer. Left out: the config names none."),
  stateKey: z.string(),
  lockKey: z.string(),
  workspaceKeyPrefix: z.string().optional(),
  locking: z.enum(LOCKINGS),
  backend,
  reader: backend.describe(
    "Backend with which others read this state: without lock and encryption, with the reader's role.",
  ),
  stack: z.string().optional().describe("Folder of the synthesized CDKTF stack, from the inventory's folder."),
  files: z.strictObject({ hcl: z.string(), json: z.string(), partial: z.string() }),
  policies: z.array(policy),
});

const bucket = z.strictObject({
  name: z.string(),
  arn: z.string(),
  region: z.string(),
  account: z.string(),
  partition: z.enum(PARTITIONS),
  encryption: z.strictObject({
    type: z.enum(["sse-s3", "created-key", "existing-key"]),
    keyArn: z.string().optional(),
    alias: z.string().optional(),
  }),
  history: z.strictObject({
    days: z.int(),
    newestVersions: z.int(),
    locks: z
      .strictObject({
        days: z.int(),
        newestVersions: z.int(),
        tags: z.array(z.record(z.string(), z.string())).describe("One lifecycle rule for each map of tags."),
      })
      .optional()
      .describe("How long S3 keeps versions of locks with these tags. Left out: no consumer tags its locks."),
  }),
  accessLogs: z.strictObject({ bucket: z.string(), prefix: z.string() }).optional(),
  eventBridge: z
    .literal(true)
    .optional()
    .describe("S3 sends events about objects to EventBridge. Left out: S3 sends none."),
  guard: z.string().describe("Path of the bucket policy's JSON, from the inventory's folder."),
  keyPolicy: z.string().optional().describe("Path of the created key's policy, from the inventory's folder."),
});

const bootstrap = z.strictObject({
  stack: z.string().describe("Folder of the synthesized bootstrap stack, from the inventory's folder."),
  stateKey: z.string(),
  location: z.enum(["local", "bucket"]).describe("Location of the bootstrap stack's own state."),
  backend,
});

/** The inventory: every consumer, its backend, its files, its policies. Published as schemas/inventory.v1.schema.json. */
export const inventorySchema = z.strictObject({
  version: z.literal(1),
  statelock: z.string().optional().describe("Version of Statelock that wrote the inventory."),
  bucket,
  engine: engine.describe("The engine that the config names for the home. Left out: the config names none."),
  legacyTable: z.string().optional(),
  manageLegacyTable: z
    .enum(LEGACY_TABLE_MANAGEMENTS)
    .optional()
    .describe("How the bootstrap stack manages the legacy table. Left out: it does not manage it."),
  bootstrap,
  consumers: z.array(consumer),
});

export type Inventory = z.infer<typeof inventorySchema>;
export type InventoryConsumer = z.infer<typeof consumer>;
export type PolicyEntry = z.infer<typeof policy>;

/**
 * Returns the inventory that an app has just written, from its text.
 * @throws UserError if there is none: the app ended well, and did not synthesize the home
 */
export function synthesizedInventory(text: string | undefined, path: string): Inventory {
  const result = inventorySchema.safeParse(parseJson(text ?? ""));
  if (result.success) return result.data;
  throw new UserError([
    {
      code: "synth-failed",
      path,
      message: `must be the inventory that synth writes, got ${text === undefined ? "no such file" : "something else"}`,
      fix: "Let the app of cdktf.json call synthesizeHome of this version, and leave cdktf.out as its output folder.",
    },
  ]);
}

/** The published JSON Schema of the inventory. */
export function inventoryJsonSchema(): object {
  return { ...z.toJSONSchema(inventorySchema), title: "Statelock inventory, version 1" };
}
