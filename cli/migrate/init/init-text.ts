import { relative } from "node:path";
import { product } from "../../../lib/engine/spoken-engine";
import { placeText } from "../../../lib/migrate/scan/configuration/configuration";
import type { ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import { baseName } from "../../../lib/migrate/scan/source/site";
import type { InitResult } from "../../../lib/migrate/step/init-port";
import { counted } from "../../../lib/text/counted";
import { plainText } from "../../../lib/text/plain-text";
import { shellQuoted } from "../../../lib/text/shell-quoted";
import type { CommandContext } from "../../screen/command-context";
import { fittingColumns } from "../../screen/fitting-columns";
import type { MigrateInitReport } from "./migrate-init-json";
import { noteProblems } from "../project/migrate-project";

/** Notes one result, as soon as it is known. */
export function noteInitResult({ terminal }: CommandContext, result: InitResult): void {
  const { root, partials, outcome, seconds } = result;
  if (outcome === "not-run") return;
  const { colors, note } = terminal;
  const sign = outcome === "failed" ? colors.red("✖") : colors.green("✔");
  const name = partials.length === 0 ? root : `${root} (${partials.map(baseName).join(" + ")})`;
  note(`  ${sign} ${plainText(name, Infinity)}: ${outcome} ${colors.dim(`(${seconds.toFixed(1)} s)`)}`);
}

/** Prints the table of results, and notes everything that is left to do. @param again runs the failed roots again */
export function showInit(
  context: CommandContext,
  { results, byHand, problems }: MigrateInitReport,
  again: string | undefined,
): void {
  const { note } = context.terminal;
  const isMixed = new Set(results.map(({ engine }) => engine)).size > 1;
  const head = ["ROOT", "PARTIAL FILES", "OUTCOME", "TIME", ".TERRAFORM"];
  if (results.length > 0)
    context.write(
      fittingColumns(
        head,
        results.map((result) => row(result, isMixed)),
        context.output,
      ),
    );
  noteProblems(context, [...results.flatMap((result) => result.problems), ...problems]);
  if (results.length === 0) note(`No root that ${product()} initializes.`);
  noteByHand(context, byHand);
  for (const root of undecided(results)) note(`  as it was: ${plainText(root.root, Infinity)}: ${undecidedText(root)}`);
  if (again !== undefined) note(`\nAfter the fix, run: ${again}`);
}

/** Prints the command that a run would start in each root. */
export function showInitDryRun(context: CommandContext, { results, byHand, problems }: MigrateInitReport): void {
  const lines = results.map(({ root, engine, partials }) => {
    const files = partials.map((file) => ` -backend-config=${shellQuoted(relative(root, file))}`);
    return `${plainText(root, Infinity)}: ${engine} init -reconfigure${files.join("")}\n`;
  });
  context.write(lines.join(""));
  noteProblems(context, problems);
  noteByHand(context, byHand);
  context.terminal.note(`\nDry run: ${counted(results.length, "run")}, none of them started.`);
}

/** From how many units on one line names them all: one command initializes them. */
const MANY = 3;

function noteByHand({ terminal }: CommandContext, byHand: readonly string[]): void {
  const names = byHand.map((root) => plainText(root, Infinity));
  const lines = names.length > MANY ? [`${names[0] ?? ""} and ${counted(names.length - 1, "more unit")}`] : names;
  for (const name of lines) terminal.note(`  by hand: ${name} (terragrunt): ${TERRAGRUNT_INIT}`);
}

/** Initializes every unit below the working directory. */
export const TERRAGRUNT_INIT = "terragrunt run --all -- init -reconfigure";

/** Notes what initializes the units that a step changed. */
export function noteUnits({ terminal }: CommandContext, units: readonly string[]): void {
  if (units.length === 0) return;
  const top = commonFolder(units);
  terminal.note(`For ${counted(units.length, "unit")}, run in ${plainText(top, Infinity)}: ${TERRAGRUNT_INIT}`);
}

/** Returns the lowest folder above all units that no run of Terragrunt generates. */
function commonFolder([first = ".", ...others]: readonly string[]): string {
  const parts = first.split("/");
  const same = parts.findIndex(
    (part, index) => part === ".terragrunt-stack" || others.some((other) => other.split("/")[index] !== part),
  );
  return (same === -1 ? parts : parts.slice(0, same)).join("/") || ".";
}

/** Notes the consumers whose stack or root is not below the scanned folders. */
export function noteSkipped({ terminal }: CommandContext, consumers: readonly ScannedConfiguration[]): void {
  for (const { label, root, ...place } of consumers)
    terminal.note(
      `  not initialized: consumer ${plainText(label ?? root, Infinity)} (${plainText(placeText(place), Infinity)}): the scanned folders hold neither its stack nor a root on its state`,
    );
}

function row({ root, engine, partials, outcome, seconds, initialized }: InitResult, isMixed: boolean): string[] {
  return [
    isMixed ? `${root} (${engine})` : root,
    partials.map(baseName).join(" + ") || "-",
    outcome,
    `${seconds.toFixed(1)} s`,
    initialized ? "initialized" : "as it was",
  ];
}

/** Returns one result of each root that could plan, and whose `.terraform` was not initialized in any way. */
function undecided(results: readonly InitResult[]): InitResult[] {
  const ran = results.filter(({ outcome }) => outcome === "unchanged" || outcome === "changes");
  const initialized = new Set(results.filter((result) => result.initialized).map(({ root }) => root));
  return [...new Map(ran.map((result) => [result.root, result])).values()].filter(({ root }) => !initialized.has(root));
}

function undecidedText({ engine, partials }: InitResult): string {
  return partials.length === 0
    ? "two engines configure it, and .terraform was on the state of neither. Choose one, and run its init -reconfigure"
    : `its partial files are alternatives, and .terraform was on none of them. Choose one: ${engine} init -reconfigure -backend-config=FILE`;
}
