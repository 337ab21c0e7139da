import type { Command } from "commander";
import { settingOf } from "../../../lib/migrate/scan/configuration/configuration";
import { isValue } from "../../../lib/migrate/scan/configuration/phase";
import type { Scan } from "../../../lib/migrate/scan/scan";
import { terragruntRoots } from "../../../lib/migrate/step/roots-to-init";
import { movedTo, WALK } from "../../../lib/migrate/step/walk-step";
import { shellQuoted } from "../../../lib/text/shell-quoted";
import type { CommandContext } from "../../screen/command-context";
import { EXIT } from "../../screen/report-error";
import { noteUnits } from "../init/init-text";
import { scanProject } from "../project/migrate-project";
import { lookAt, type WalkLook } from "./walk-look";
import { colleagueMessage, goneMessage } from "./walk-message";

/** Makes a command of `statelock migrate` for a context. */
type MakeCommand = (name: WalkCommand, context: CommandContext) => Command;

type WalkCommand = "apply" | "init" | "status" | "scrub" | "retire";

const TITLES: Readonly<Record<number, string>> = {
  1: "move the roots to both: their clients then lock in S3 and in DynamoDB. Before it, give their roles the grants that `statelock migrate plan` lists.",
  2: "initialize the roots on both, and let every clone and pipeline run once. Each run shows that its client locks in both places.",
  3: "move the roots to lockfile: their clients then lock in S3 alone. Do it once everybody has answered the message about both, and while nothing runs on these states.",
  4: "initialize the roots on lockfile.",
  5: "remove the digests, then the DynamoDB table. Wait until you no longer want to go back: for example a week of ordinary work.",
};

/**
 * `statelock migrate` on a terminal: shows where the fleet is and what is next, and runs the commands that a person confirms.
 * It keeps no state: each run looks again.
 */
export async function migrateWalk(context: CommandContext, make: MakeCommand): Promise<void> {
  const { note } = context.terminal;
  const told = new Set<string>();
  for (;;) {
    const look = await lookAt(context);
    const { step } = look;
    context.exitWith(look.isKnown ? EXIT.refused : EXIT.unknown);
    if (!look.isKnown) {
      note(`\nStatelock could not find out what is next. Fix what is listed above. ${AGAIN}`);
      return;
    }
    note(`\nStep ${String(step.number)} of ${String(WALK.length)} (${WALK.join(" → ")}): ${TITLES[step.number] ?? ""}`);
    if (step.kind === "blocked") {
      note(NOTHING_YET);
      return;
    }
    const goesOn =
      step.kind === "retire" ? await retire(context, make, look.scan) : await move(context, make, look, told);
    if (!goesOn) return;
  }
}

const AGAIN = "Then run `statelock migrate` again.";
const TO_FIX = `\nFix what is listed above. ${AGAIN}`;
const NOTHING_YET = `\nNothing to run yet: fix what is listed above. ${AGAIN}`;

/** Runs `apply` or `init`. Returns true if there is a step to take at once. */
async function move(
  context: CommandContext,
  make: MakeCommand,
  { scan: { configurations }, step }: WalkLook,
  told: Set<string>,
): Promise<boolean> {
  const to = step.number < 3 ? "both" : "lockfile";
  const tell = (about = configurations): void => {
    if (told.has(to) || about.length === 0) return;
    told.add(to);
    noteMessage(
      context,
      "Commit and merge the change. Then send this to everybody who runs these roots:",
      colleagueMessage(to, about),
    );
  };
  const units = terragruntRoots(configurations);
  if (step.kind === "apply") {
    const code = await confirmed(context, make, "apply", ["--to", to]);
    if (code === undefined) return false;
    if (code === EXIT.fine) {
      tell();
      return true;
    }
    // The roots that did move have clients, whatever keeps the others.
    const { scan } = await scanProject(context, []);
    tell(movedTo(to, configurations, scan.configurations));
    context.terminal.note(TO_FIX);
    return false;
  }
  tell();
  noteUnits(context, units);
  const isOfTerragrunt = configurations.every(({ source, root }) => source === "reader" || units.includes(root));
  const code = isOfTerragrunt ? EXIT.refused : await confirmed(context, make, "init", []);
  if (code !== undefined)
    context.terminal.note(code === EXIT.fine ? `\nNow wait until everybody has answered. ${AGAIN}` : TO_FIX);
  return false;
}

/** Removes the digests and the table. Returns false: nothing comes after it. */
async function retire(context: CommandContext, make: MakeCommand, { configurations }: Scan): Promise<boolean> {
  const { note, ask } = context.terminal;
  if ((await run(context, make, "status", [])) !== EXIT.fine) {
    note(NOTHING_YET);
    return false;
  }
  const table = (await ask("\nName of the table to remove (- if it is gone, Enter to stop): ")).trim();
  if (table === "-") context.exitWith(EXIT.fine);
  if (table === "-" || table === "") return false;
  const regions = new Set(
    configurations
      .map((each) => settingOf(each, "region"))
      .filter(isValue)
      .map(({ value }) => value),
  );
  const args = ["--table", table, ...(regions.size === 1 ? ["--region", ...regions] : [])];
  for (const name of ["scrub", "retire"] as const) {
    const code = await confirmed(context, make, name, args);
    if (code === undefined) return false;
    if (code !== EXIT.fine) {
      note(TO_FIX);
      return false;
    }
  }
  context.exitWith(EXIT.fine);
  noteMessage(context, "Send this to everybody who runs these roots:", goneMessage(table, configurations));
  return false;
}

/** Shows a command and, if a person confirms, runs it. Returns its exit code; undefined if it did not run. */
async function confirmed(
  context: CommandContext,
  make: MakeCommand,
  name: WalkCommand,
  args: readonly string[],
): Promise<number | undefined> {
  const { terminal, program } = context;
  terminal.note(`\nCommand: ${terminal.colors.bold([program, "migrate", name, ...args.map(shellQuoted)].join(" "))}`);
  const answer = (await terminal.ask("Run it now? [y/N] ")).trim().toLowerCase();
  if (answer === "y" || answer === "yes") return run(context, make, name, args);
  terminal.note("\nNothing was run. Run `statelock migrate` again at any time.");
  return undefined;
}

/** Runs a command as its own run does, and returns its exit code. */
async function run(
  context: CommandContext,
  make: MakeCommand,
  name: WalkCommand,
  args: readonly string[],
): Promise<number> {
  let code: number = EXIT.fine;
  const command = make(name, { ...context, exitWith: (exitCode) => (code = exitCode) });
  await command.parseAsync([...args], { from: "user" });
  context.exitWith(code === EXIT.unknown ? EXIT.unknown : EXIT.refused);
  return code;
}

function noteMessage({ terminal }: CommandContext, title: string, lines: readonly string[]): void {
  terminal.note([`\n${terminal.colors.bold(title)}`, "", ...lines.map((line) => `  ${line}`)].join("\n"));
}
