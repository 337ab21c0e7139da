import { program } from "../../lib/engine/spoken-engine";
import type { RestoreResult } from "../../lib/history/restore-state";
import type { RestorePlan } from "../../lib/history/restore-plan";
import { plainText } from "../../lib/text/plain-text";
import { shellQuoted } from "../../lib/text/shell-quoted";
import { comparisonLines, comparisonSummary } from "./history-text";
import { presentReport, restoreChanges } from "../../lib/history/restore-report";
import type { Terminal } from "../screen/terminal";
import { andMore, few } from "../../lib/text/few";

/** Number of lines that the plan shows at most; `history diff` shows all of them. */
const SHOWN_LINES = 60;

/** Returns what a restore will do. @param diffCommand the start of the command that shows every difference */
export function restorePlanText(plan: RestorePlan, colors: Terminal["colors"], diffCommand: string): string {
  const { from, serial, notes, path } = plan;
  const { versionId, writtenAt } = from.version;
  const facts: (readonly [string, string])[] =
    plan.work === "digest"
      ? [["digest", "the state is there already; its digest in DynamoDB is wrong"]]
      : [
          ["restore", `serial ${String(from.head.serial)} of ${writtenAt.toISOString()}, version ${versionId}`],
          [
            "as",
            `serial ${String(serial)}, lineage ${plainText(from.head.lineage)}${from.state === undefined ? ", encrypted, byte for byte" : ""}`,
          ],
          ["replaces", presentText(plan)],
        ];
  const changes = restoreChanges(plan);
  const lines = changes === undefined ? [] : comparisonLines(changes, colors);
  const [shownLines, others] = few(lines, SHOWN_LINES);
  return [
    "",
    colors.bold(plainText(path, 1_200)),
    ...facts.map(([name, text]) => `  ${colors.dim(name.padEnd(8))} ${text}`),
    ...notes.map((note) => `  ${colors.dim("note".padEnd(8))} ${colors.yellow(plainText(note))}`),
    "",
    ...shownLines,
    ...(others > 0
      ? [colors.dim(`  …${andMore(others)} lines: ${diffCommand} current ${shellQuoted(versionId)}`)]
      : []),
    changes === undefined
      ? "What changes is not known: OpenTofu encrypted the contents, and Statelock has no key."
      : comparisonSummary(changes),
    "",
  ].join("\n");
}

function presentText(plan: RestorePlan): string {
  const { kind, versionId, serial, encrypted } = presentReport(plan);
  const known = serial === null ? "" : `, serial ${String(serial)}`;
  const what = {
    state: `serial ${String(serial)}`,
    "no-state":
      plan.present.unread === undefined
        ? `${encrypted === true ? "a state that OpenTofu encrypted" : "an object that is not a state of format 4"}${known}`
        : "an object that cannot be read",
    "delete-marker": "nothing",
  }[kind];
  const which =
    kind === "delete-marker" ? `the state is deleted, by delete marker ${versionId}` : `version ${versionId}`;
  return `${what}; ${which}, which stays in the history`;
}

/** Returns how a restore ended, in a sentence. */
export function restoreTold(result: RestoreResult, colors: Terminal["colors"]): string {
  const { plan } = result;
  switch (result.outcome) {
    case "restored":
      return [
        `${colors.green("✔")} Restored: serial ${String(plan.serial)}, version ${result.versionId}. The state before is version ${plan.present.version.versionId}.`,
        `  next    \`${program()} plan\` in its root: the resources may differ from this state.`,
      ].join("\n");
    case "digest-corrected":
      return `${colors.green("✔")} The state was there already. Its digest is corrected.`;
    case "already-there":
      return "Nothing to do: the current state already equals that version.";
    case "planned":
      return "Dry run: Statelock wrote nothing.";
    case "declined":
      return "Declined: Statelock wrote nothing.";
  }
}
