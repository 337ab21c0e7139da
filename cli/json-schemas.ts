import { z } from "zod";
import { historyDiffSchema, historyListSchema } from "../lib/history/history-report";
import { migrateStatusSchema } from "../lib/migrate/live/state-status";
import { lockListSchema } from "../lib/lock/lock-report";
import { bootstrapSchema } from "./bootstrap/bootstrap-json";
import { initSchema } from "./init/init-json";
import { synthSchema } from "./synth/synth-json";
import { lockReleaseSchema } from "./locks/release-json";
import { migrateInitSchema } from "./migrate/init/migrate-init-json";
import { migrateApplySchema, migratePlanSchema } from "./migrate/step/plan-json";
import { migrateRollbackSchema } from "./migrate/step/rollback-json";
import { migrateScanSchema } from "./migrate/scan/scan-json";
import { migrateRetireSchema } from "./migrate/table/retire-json";
import { migrateScrubSchema } from "./migrate/table/scrub-json";
import { lockShowSchema } from "./locks/locks-show";
import { lockWaitSchema } from "./locks/locks-wait";
import { auditSchema } from "../lib/lock/release-audit";
import { tableAuditSchema } from "../lib/lock/table-audit";
import { problemsSchema } from "./screen/problems-schema";
import { historyRestoreSchema, restoreAuditSchema } from "../lib/history/restore-report";
import { verifySchema } from "../lib/verify/verify-report";

/** Every JSON document that a command prints: the answers of `--json` by their `command`, then the other documents. */
export const JSON_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  init: initSchema,
  synth: synthSchema,
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
  "table audit": tableAuditSchema,
};

/** Returns the file name of a published schema, in `schemas/`. */
export function schemaFile(name: string): string {
  return `${name.replaceAll(" ", "-")}.v1.schema.json`;
}

/** Returns the published JSON Schema of a document. It allows unknown fields: a later release may add fields. */
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
