import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NOTHING_SEEN, parseSeenRecord, SEEN_RECORD_FILE, type SeenRecord } from "./migration-record";
import { UserError } from "../problem/problem";
import { writeWhole } from "../files/whole-file";

/**
 * Reads what was seen of each state's phases; nothing where there is no record yet.
 * @throws UserError when the file is no record
 */
export function readSeenRecord(folder: string): SeenRecord {
  const path = join(folder, SEEN_RECORD_FILE);
  if (!existsSync(path)) return NOTHING_SEEN;
  const record = parseSeenRecord(readFileSync(path, "utf8"));
  if ("code" in record) throw new UserError([record], "unknown");
  return record;
}

/** Writes the record; it belongs into version control. */
export function writeSeenRecord(folder: string, record: SeenRecord): void {
  writeWhole(join(folder, SEEN_RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
}
