import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOTSTRAP_RECORD_FILE, parseBootstrapRecord, type BootstrapRecord } from "./bootstrap-record";
import { refuse } from "../problem/problem";
import { writeWhole } from "../files/whole-file";

/**
 * Reads the record of where the bootstrap stack's state is; undefined while it is local.
 * @throws UserError when the file is no record
 */
export function readBootstrapRecord(projectRoot: string): BootstrapRecord | undefined {
  const path = join(projectRoot, BOOTSTRAP_RECORD_FILE);
  if (!existsSync(path)) return undefined;
  const record = parseBootstrapRecord(readFileSync(path, "utf8"));
  if ("code" in record) {
    refuse([record]);
    return undefined;
  }
  return record;
}

/** Writes the record; it belongs into version control. */
export function writeBootstrapRecord(projectRoot: string, record: BootstrapRecord): void {
  writeWhole(join(projectRoot, BOOTSTRAP_RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
}
