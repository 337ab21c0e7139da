import type { MigrateStatus, StateStatus } from "../../lib/migrate/live/state-status";
import { counted, withCommas } from "../../lib/text/counted";
import { plainText } from "../../lib/text/plain-text";
import type { CommandContext } from "../screen/command-context";
import { fittingColumns } from "../screen/fitting-columns";
import { noteProblems } from "./project/migrate-project";

/** Notes each bucket once, before anything else, that keeps no history of locks. @param noted the buckets of earlier looks */
export function noteWithoutHistory(
  { terminal }: CommandContext,
  { withoutHistory = [] }: MigrateStatus,
  noted: Set<string>,
): void {
  for (const bucket of withoutHistory.filter((each) => !noted.has(each))) {
    noted.add(bucket);
    terminal.note(
      `${plainText(bucket, Infinity)} keeps no versions (versioning is off or suspended, or the store has none): nothing shows who locked before. See clients while they run: \`statelock migrate status --watch --record\`.`,
    );
  }
}

/** Prints the table of states, and notes everything that is wrong or unknown. */
export function showStatus(context: CommandContext, { states, problems }: MigrateStatus): void {
  const head = ["ROOT", "PHASE", "STATE", "WRITTEN", "WRITER", "DIGEST", "FILE LOCK", "TABLE LOCK", "BOTH SEEN"];
  if (states.length > 0) context.write(fittingColumns(head, states.map(row), context.output));
  noteProblems(context, [...states.flatMap((state) => [...state.findings, ...state.untold]), ...problems]);
  const counts = new Map<string, number>();
  for (const { writer } of states) counts.set(writer, (counts.get(writer) ?? 0) + 1);
  const writers = [...counts].map(([writer, count]) => `${withCommas(count)} by ${writer}`).join(", ");
  context.terminal.note(`\n${counted(states.length, "state")}, last written: ${writers === "" ? "none" : writers}.`);
}

function row({
  root,
  phase,
  bucket,
  stateKey,
  written,
  writer,
  digest,
  fileLock,
  tableLock,
  overlap,
}: StateStatus): string[] {
  return [
    root,
    phase,
    `${bucket}/${stateKey}`,
    written ?? "-",
    writer,
    digest,
    lockText(fileLock),
    tableLock === null ? "-" : lockText(tableLock),
    overlap,
  ];
}

function lockText({ held, who }: StateStatus["fileLock"]): string {
  return held === "yes" ? (who ?? "held") : held === "no" ? "free" : "unknown";
}
