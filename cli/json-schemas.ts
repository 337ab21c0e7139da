import { z } from "zod";
import { historyDiffSchema, historyListSchema } from "../lib/history/report";
import {
  migrateApplySchema,
  migratePlanSchema,
  migrateRollbackSchema,
  migrateScanSchema,
  migrateScrubSchema,
} from "../lib/migrate/report-schema";
import { migrateStatusSchema } from "../lib/migrate/status";
import { lockListSchema } from "../lib/lock/report";
import { bootstrapSchema } from "./bootstrap-json";
import { lockReleaseSchema } from "./locks-release";
import { migrateInitSchema } from "./migrate-init";
import { migrateRetireSchema } from "./migrate-retire";
import { lockShowSchema } from "./locks-show";
import { lockWaitSchema } from "./locks-wait";
import { auditSchema } from "./release-audit";
import { problemsSchema } from "./report-error";
import { historyRestoreSchema, restoreAuditSchema } from "./restore-report";
import { verifySchema } from "./verify-text";

/** Every JSON document that a command prints: those of `--json` under their `command`, then those that have none. */
export const JSON_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  bootstrap: bootstrapSchema,
  verify: verifySchema,
  "locks list": lockListSchema,
  "locks show": lockShowSchema,
  "locks wait": lockWaitSchema,
  "locks release": lockReleaseSchema,
  "history list": historyListSchema,
  "history diff": historyDiffSchema,
  "history restore": historyRestoreSchema,
  "migrate scan": migrateScanSchema,
  "migrate plan": migratePlanSchema,
  "migrate apply": migrateApplySchema,
  "migrate init": migrateInitSchema,
  "migrate retire": migrateRetireSchema,
  "migrate rollback": migrateRollbackSchema,
  "migrate scrub": migrateScrubSchema,
  "migrate status": migrateStatusSchema,
  problems: problemsSchema,
  "release audit": auditSchema,
  "restore audit": restoreAuditSchema,
};

/** File name of a published schema, in `schemas/`. */
export function schemaFile(name: string): string {
  return `${name.replaceAll(" ", "-")}.v1.schema.json`;
}

/** The published JSON Schema of a document. It allows fields it does not name: later ones are added within a version. */
export function publishedSchema(name: string): object {
  const schema = JSON_SCHEMAS[name];
  if (schema === undefined) throw new Error(`there is no schema of ${name}`);
  const open = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { ...open, title: `statelock ${name}, version 1` };
}
