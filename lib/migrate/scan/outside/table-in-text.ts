import type { Setting } from "../configuration/phase";
import { isProgram } from "../source/outside-names";
import { writtenSetting } from "./command-flags";

/** `PLUGIN_INIT_BACKEND_CONFIG_DYNAMODB_TABLE: locks`, `dynamodb_table: locks`, `"dynamodb_table" = "x"` in a script. */
export function tableIn(line: string): Setting {
  const [, value] =
    /\b(?:(?:[A-Z]+_)*(?:BACKEND|STATE|INIT|TF|CONFIG)_(?:[A-Z]+_)*DYNAMODB_TABLE|dynamodb_table|DYNAMODB_TABLE|lock_table)\\?["']?\s*[:=]\s*\\?["']?([^\s"'\\,]+)/.exec(
      line.replace(/-backend-config[\s=,"'`\\]{1,9}\S+/g, ""),
    ) ?? [];
  if (value === undefined) return NAMED.test(line) ? { expression: line.trim() } : undefined;
  return writtenSetting(value);
}

/** `dynamodb-table: locks`, `dynamoDbTable: locks`, `lockTable: locks` in a text about backends. */
export function otherTable(line: string): Setting {
  const [, value] =
    /\b(?:dynamo(?:db|Db|DB)Table|dynamodb-table|(?:state-?)?lock-table|(?:state)?[lL]ockTable)(?:-name|Name)?["']?\s{0,20}[:=]\s{0,20}["']?([^\s"',}\])]+)/.exec(
      line,
    ) ?? [];
  return value === undefined ? undefined : writtenSetting(value);
}

/** `name: dynamodb_table`, whose value is on another line, and `keys: [dynamodb_table]` of a secret. */
const NAMED =
  /^\s*[-?]\s*["']?(?:dynamodb_table|lock_table)["']?\s*$|\bkeys["']?\s{0,20}:\s{0,20}\[[^\]]{0,200}\b(?:dynamodb_table|lock_table)\b|\bname["']?\s{0,20}[:=]\s{0,20}["']?(?:dynamodb_table|lock_table|(?:[A-Z]+_){0,6}(?:BACKEND|STATE|INIT|TF|CONFIG)_(?:[A-Z]+_){0,6}DYNAMODB_TABLE)\b/;

/** `dynamodbTable: "locks"`, `.dynamodbTable("locks")`, `DynamodbTable: jsii.String("locks")` in an app of CDKTF. */
const PROGRAM_TABLE = /\b(?:set)?[dD]ynamodbTable["']?\s*[:=(]\s*(?:[\w.]+\()?(["'`]?)([^\s"'`,)]+)/;

/** Returns the table that a line of a program gives a backend of CDKTF. */
export function programTable(path: string, line: string): Setting {
  const [, quote = "", value] = isProgram(path) ? (PROGRAM_TABLE.exec(line) ?? []) : [];
  return value === undefined ? undefined : quote === "" ? { expression: value } : writtenSetting(value);
}

/** False for a backend in a text that names neither a table nor the lock file. */
export function isSaid(table: Setting): boolean {
  return table === undefined || "value" in table || table.expression !== "";
}

/**
 * Returns the table of a backend in a heredoc: the first one in the lines below; an empty expression if these do not say how it
 * locks.
 */
export function heredocTable(text: readonly string[], index: number): Setting {
  const lines = blockLines(text, index);
  const found = lines.map((line) => /\b(?:dynamodb_table|lock_table)\s*=\s*\\?"?([^\s"\\]+)/.exec(line)?.[1]);
  const table = found.find((each) => each !== undefined);
  if (table !== undefined) return writtenSetting(table);
  return lines.some((line) => /\buse_lockfile\s*=\s*\\?"?true/.test(line)) ? undefined : { expression: "" };
}

/** How many lines a backend in a text may have, and how much of a line counts: a search in a long line takes long. */
const [LONGEST_BLOCK, LONGEST_LINE] = [40, 4_000];

/** Returns the lines of a block that begins in this line, up to its brace. */
export function blockLines(text: readonly string[], index: number): readonly string[] {
  const body = text.slice(index, index + LONGEST_BLOCK).map((line) => line.slice(0, LONGEST_LINE));
  const end = body.findIndex((line) => /^\s*}\s*$/.test(line));
  return end === -1 ? body : body.slice(0, end);
}
