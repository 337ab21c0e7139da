import { z } from "zod";
import { ENGINE_NAMES } from "../engine/engine";
import { product } from "../engine/spoken-engine";
import { ACCESS_LEVELS, LOCKINGS } from "../policy/access-level";
import { BREAK_GLASS_PROOFS, GUARD_EXCEPTIONS } from "../policy/guard/guard-scope";
import { shown, type Problem } from "../problem/problem";
import { LEGACY_TABLE_MANAGEMENTS, RETIRED_MANAGEMENTS, type StateConfig } from "./state-config";

const text = z.string();
const wholeNumber = z.int();

const assumeRole = z.strictObject({
  roleArn: text,
  externalId: text.optional(),
  sessionName: text.optional(),
});

const claims = {
  environment: z.array(text).optional(),
  job_workflow_ref: z.array(text).optional(),
  ref: z.array(text).optional(),
  repository_id: z.array(text).optional(),
  repository_owner_id: z.array(text).optional(),
};

const trust = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("github-actions"),
    subjects: z.array(text),
    claims: z.strictObject(claims).optional(),
    allowPullRequests: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal("principals"), principals: z.array(text) }),
]);

const role = z.strictObject({
  trust,
  name: text.optional(),
  permissionsBoundary: text.optional(),
  maxSessionSeconds: wholeNumber.optional(),
});

const madeRoles = z.strictObject({
  githubActions: z.strictObject({ provider: text, audience: text.optional() }).optional(),
  permissionsBoundary: text.optional(),
  trustPolicyQuota: wholeNumber.optional(),
});

const consumer = z.strictObject({
  name: text,
  type: z.enum(["cdktf", "terraform"]).optional(),
  engine: z.enum(ENGINE_NAMES).optional(),
  key: text.optional(),
  workspaceKeyPrefix: text.optional(),
  kmsKeyArn: text.optional(),
  encryptionKeyArn: text.optional(),
  lockTags: z.record(text, text).optional(),
  stateTags: z.record(text, text).optional(),
  assumeRole: assumeRole.optional(),
  readerRole: assumeRole.optional(),
  locking: z.enum(LOCKINGS).optional(),
  access: z.partialRecord(z.enum(ACCESS_LEVELS), z.array(text)).optional(),
  roles: z.partialRecord(z.enum(ACCESS_LEVELS), role).optional(),
});

const encryption = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("sse-s3") }),
  z.strictObject({ type: z.literal("created-key"), alias: text.optional(), keyArn: text.optional() }),
  z.strictObject({ type: z.literal("existing-key"), keyArn: text }),
]);

const network = z.strictObject({
  vpcEndpoints: z.array(text).optional(),
  vpcs: z.array(text).optional(),
  sourceIps: z.array(text).optional(),
});

const guard = z.strictObject({
  deployers: z.array(text).optional(),
  breakGlass: z.array(text).optional(),
  accounts: z.array(text).optional(),
  organization: text.optional(),
  allow: z.array(z.enum(GUARD_EXCEPTIONS)).optional(),
  organizationPolicies: z.boolean().optional(),
  breakGlassRequires: z.enum(BREAK_GLASS_PROOFS).optional(),
  network: network.optional(),
  organizationRole: z.strictObject({ name: text, paths: z.array(text) }).optional(),
});

const bucket = z.strictObject({
  name: text,
  region: text,
  account: text,
  encryption: encryption.optional(),
  retiredKeys: z.array(z.strictObject({ alias: text, management: z.enum(RETIRED_MANAGEMENTS) })).optional(),
  history: z
    .strictObject({
      days: wholeNumber.optional(),
      newestVersions: wholeNumber.optional(),
      lockDays: wholeNumber.optional(),
    })
    .optional(),
  accessLogs: z
    .strictObject({ bucket: text.optional(), prefix: text.optional(), days: wholeNumber.optional() })
    .optional(),
  retiredLogBucket: z.literal("released").optional(),
  eventBridge: z.boolean().optional(),
  guard: guard.optional(),
  tags: z.record(text, text).optional(),
  bootstrapKey: text.optional(),
});

/** The shape of a config: its fields and their types, and no unknown field. The rules check the values. */
export const stateConfigSchema: z.ZodType<StateConfig> = z.strictObject({
  $schema: text.optional(),
  bucket,
  engine: z.enum(ENGINE_NAMES).optional(),
  locking: z.enum(LOCKINGS).optional(),
  legacyTable: text.optional(),
  manageLegacyTable: z.enum(LEGACY_TABLE_MANAGEMENTS).optional(),
  consumers: z.array(consumer),
  retiredConsumers: z.array(text).optional(),
  managedPolicies: z.enum(["all", "attached"]).optional(),
  madeRoles: madeRoles.optional(),
});

/** Returns the JSON Schema of a config, for editors. Published as schemas/state-config.v1.schema.json. */
export function configJsonSchema(): object {
  return { ...z.toJSONSchema(stateConfigSchema), title: "Statelock config, version 1" };
}

/** Returns a problem for each place where `value` does not have the shape of a config. */
export function shapeProblems(value: unknown): Problem[] {
  const result = stateConfigSchema.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => issueProblems(issue, value));
}

function issueProblems(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const path = pathText(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "unknown-field",
      path: pathText([...issue.path, key]),
      message: `must be a field that Statelock knows, got ${shown(key)}`,
      fix: "Remove it, or correct its spelling; docs/reference/config.md lists every field.",
    }));
  }
  const value = valueAt(root, issue.path);
  if (issue.path.at(-1) === "type" && issue.path.at(-2) === "encryption") {
    return [encryptionTypeProblem(path, value)];
  }
  if (value === undefined) {
    return [
      { code: "missing-field", path, message: "must be given, got nothing", fix: `Add the field: ${expected(issue)}.` },
    ];
  }
  return [
    {
      code: "wrong-type",
      path,
      message: `must be ${expected(issue)}, got ${shown(value)}`,
      fix: "Correct the value; docs/reference/config.md describes the field.",
    },
  ];
}

function encryptionTypeProblem(path: string, value: unknown): Problem {
  const sseC = typeof value === "string" && /^sse-?c/i.test(value);
  return {
    code: sseC ? "sse-c" : "wrong-type",
    path,
    message: `must be "sse-s3", "created-key" or "existing-key", got ${shown(value)}`,
    fix: sseC
      ? `Use a KMS key instead: ${product()} cannot read a lock that SSE-C encrypts, so nobody could see or release it.`
      : 'Use { type: "sse-s3" } unless you need a KMS key.',
  };
}

function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `one of ${issue.values.map(shown).join(", ")}`;
  if (issue.code === "invalid_type") return issue.expected === "int" ? "a whole number" : `of type ${issue.expected}`;
  return issue.message;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "config";
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${String(key)}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}
