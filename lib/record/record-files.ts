import { join } from "node:path";
import { refuseLink } from "../files/left-file";
import { plainFileText } from "../files/plain-file";
import { writeWhole } from "../files/whole-file";
import { UserError, type FailureKind, type Problem } from "../problem/problem";
import { OWN_VERSION } from "../text/own-version";
import { BOOTSTRAP_RECORD_FILE, parseBootstrapRecord, type BootstrapRecord } from "./bootstrap-record";
import { NOTHING_SEEN, parseSeenRecord, SEEN_RECORD_FILE, type SeenRecord } from "./migration-record";

/**
 * Reads the record of where the bootstrap stack's state is. Returns undefined while that state is local.
 * @throws UserError if the file does not hold a record
 */
export function readBootstrapRecord(projectRoot: string): BootstrapRecord | undefined {
  return readRecord(join(projectRoot, BOOTSTRAP_RECORD_FILE), parseBootstrapRecord, "refused");
}

/**
 * Reads the record of a migration. Returns an empty record if the folder has none.
 * @throws UserError if the file does not hold a record
 */
export function readSeenRecord(folder: string): SeenRecord {
  return readRecord(join(folder, SEEN_RECORD_FILE), parseSeenRecord, "unknown") ?? NOTHING_SEEN;
}

/** Writes the record of where the bootstrap stack's state is. */
export function writeBootstrapRecord(projectRoot: string, record: BootstrapRecord): void {
  writeRecord(join(projectRoot, BOOTSTRAP_RECORD_FILE), record);
}

/** Writes the record of a migration. */
export function writeSeenRecord(folder: string, record: SeenRecord): void {
  writeRecord(join(folder, SEEN_RECORD_FILE), record);
}

function readRecord<R extends object>(
  path: string,
  parse: (text: string) => R | Problem,
  kind: FailureKind,
): R | undefined {
  refuseLink(path);
  const text = plainFileText(path);
  if (text === undefined) return undefined;
  const record = parse(text);
  if ("code" in record) throw new UserError([record], kind);
  return record;
}

/** Writes a record, with the version that writes it. */
function writeRecord(path: string, record: object): void {
  writeWhole(path, `${JSON.stringify({ ...record, statelock: OWN_VERSION }, null, 2)}\n`);
}
