import { durationText } from "../../lib/text/duration";
import { plainText } from "../../lib/text/plain-text";
import { lockIdOf, type LockList, type LockReport } from "../../lib/lock/lock-report";
import type { Output } from "../screen/output";
import { recordTable, type Column } from "../screen/record-table";
import { counted } from "../../lib/text/counted";

const COLUMNS: readonly Column[] = [
  { title: "state key", width: 28, grows: true },
  { title: "held by", width: 38 },
  { title: "doing", width: 22 },
  { title: "age", width: 13 },
  { title: "verdict", width: 30, grows: true },
];

type Colors = Output["colors"];

/** How many locks a list prints a command for. */
const WITH_COMMAND = 3;

/**
 * Returns a list of locks: a table if it fits, otherwise a block for each lock.
 * @param show returns the command that shows the lock of a state, ready to paste
 */
export function lockListText(list: LockList, output: Output, show: (stateKey: string) => string): string {
  const { colors } = output;
  const { locks, unreadable, notes, bucket, objects } = list;
  const summary = `${counted(locks.length, "lock")} among ${counted(objects, "object")} in s3://${bucket}`;
  const table = recordTable(
    COLUMNS,
    locks.map((lock) => row(lock, colors)),
    output,
  );
  const body = [table ?? locks.map((lock) => lockText(lock, colors)).join("\n\n")];
  return [
    ...(locks.length === 0 ? [] : [...body, ""]),
    ...unreadable.map(
      ({ lockKey, problem }) => `${colors.yellow("?")} ${plainText(lockKey, 1_024)} is unreadable: ${problem}`,
    ),
    colors.bold(summary),
    ...notes.map((note) => colors.dim(`note: ${note}`)),
    ...(locks.length === 0 ? [] : [colors.dim("Commands to wait, inspect and release:")]),
    ...locks.slice(0, WITH_COMMAND).map(({ stateKey }) => `  ${show(stateKey)}`),
    ...(locks.length > WITH_COMMAND ? [colors.dim("  … and the same with the keys of the others")] : []),
    "",
  ].join("\n");
}

/** Returns everything about one lock, one line per fact. */
export function lockText(lock: LockReport, colors: Colors): string {
  const { holder } = lock;
  const id = lockIdOf(lock);
  const lines: (readonly [string, string])[] = [
    ["held by", heldBy(lock)],
    id === undefined ? ["etag", lock.etag] : ["id", plainText(id)],
    ...(holder === null ? [] : [["doing", doing(lock)] as const]),
    ["age", `${age(lock)}, ${writtenText(lock)}`],
    ["verdict", `${verdict(lock, colors)}: ${lock.reason}`],
    ...(whose(lock) === "" ? [] : [["of", whose(lock)] as const]),
    ...noteLines(lock).map((note) => ["note", note] as const),
  ];
  return [
    colors.bold(plainText(lock.stateKey, 1_024)),
    ...lines.map(([name, text]) => `  ${colors.dim(name.padEnd(8))} ${text}`),
  ].join("\n");
}

function row(lock: LockReport, colors: Colors): string[] {
  const id = lockIdOf(lock);
  return [
    [plainText(lock.stateKey, 1_024), whose(lock)].filter((text) => text !== "").join("\n"),
    `${heldBy(lock)}\n${id === undefined ? `etag ${lock.etag}` : plainText(id, 100)}`,
    doing(lock).replace(", ", "\n"),
    age(lock),
    [`${verdict(lock, colors)}: ${lock.reason}`, ...noteLines(lock).map((note) => `note: ${note}`)].join("\n"),
  ];
}

function heldBy({ holder }: LockReport): string {
  return holder === null || holder.who === "" ? "?" : plainText(holder.who, 200);
}

function verdict(lock: LockReport, colors: Colors): string {
  const color = { active: colors.cyan, suspect: colors.yellow, unknown: colors.bold }[lock.verdict];
  return color(lock.verdict);
}

function doing({ holder }: LockReport): string {
  if (holder === null) return "?";
  const info = holder.info === "" ? "" : ` (${plainText(holder.info, 200)})`;
  return `${plainText(holder.operation, 60)}${info}, version ${plainText(holder.version, 20)}`;
}

function whose({ consumer, workspace }: LockReport): string {
  const inWorkspace = workspace === null ? "" : `workspace ${plainText(workspace, 100)}`;
  return [consumer ?? "", inWorkspace].filter((text) => text !== "").join(", ");
}

function age({ ageSeconds }: LockReport): string {
  return durationText(ageSeconds * 1_000);
}

function writtenText({ stateWrittenAt, stateWrittenSince }: LockReport): string {
  if (stateWrittenSince === null) return "the state could not be read";
  if (stateWrittenAt === null) return "there is no state yet";
  return `the state was ${stateWrittenSince ? "written since" : "not written since"} (${stateWrittenAt})`;
}

function noteLines({ notes, alsoInDynamoDb }: LockReport): string[] {
  return alsoInDynamoDb ? [...notes, "the consumer also locks in DynamoDB, and that lock was not read"] : notes;
}
