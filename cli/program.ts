import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import type { UserError } from "../lib/problem/problem";
import type * as Bootstrap from "./bootstrap/bootstrap";
import { usage } from "./options/bucket-options";
import type { CommandContext } from "./screen/command-context";
import { historyCommand } from "./history/history";
import { locksCommand } from "./locks/locks";
import { migrateCommand } from "./migrate/migrate";
import { addNamedCommands } from "./options/named-commands";
import { EXIT, reportError } from "./screen/report-error";
import type * as Verify from "./verify/verify";

/* eslint-disable @typescript-eslint/no-require-imports -- a run loads its own command alone */

/** Everything a run needs from outside but the place of its exit code. */
export type Surroundings = Omit<CommandContext, "exitWith">;

/** The whole program: parses, runs one command, shows errors. Returns the exit code. */
export async function runProgram(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  let code: number = EXIT.fine;
  const context: CommandContext = { ...surroundings, exitWith: (exitCode) => (code = exitCode) };
  const program = programOf(context, argv.slice(2));
  prepare(program, context);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    const json = ownArguments(argv).includes("--json");
    if (!(error instanceof CommanderError)) return reportError(error, context, json);
    if (error.exitCode === 0) return EXIT.fine;
    // Commander has told a person already.
    return json ? reportError(misused(error), context, json) : EXIT.unknown;
  }
}

/** The program with the command that the arguments name; with every one where they name none. */
export function programOf(context: CommandContext, args: readonly string[]): Command {
  const program = new Command("statelock")
    .description("Terraform state in S3: bucket, native lock, backend blocks and least-privilege IAM.")
    .version(version)
    .enablePositionalOptions();
  const rest = args.slice(1);
  const makers = {
    bootstrap: () => (require("./bootstrap/bootstrap") as typeof Bootstrap).bootstrapCommand(context),
    verify: () => (require("./verify/verify") as typeof Verify).verifyCommand(context),
    locks: () => locksCommand(context, rest),
    history: () => historyCommand(context, rest),
    migrate: () => migrateCommand(context, rest),
  };
  return addNamedCommands(program, makers, args);
}

/** Commander ends the process at a usage error, and writes to it, unless every command is told not to. */
function prepare(command: Command, surroundings: Surroundings): void {
  const { write, terminal } = surroundings;
  command.exitOverride();
  command.configureOutput({
    writeOut: write,
    writeErr: (text) => {
      terminal.note(text.trimEnd());
    },
  });
  for (const child of command.commands) prepare(child, surroundings);
}

function misused({ message }: CommanderError): UserError {
  const told = message.replace(/^error: /, "");
  return usage("statelock", `must be called as its help says: ${told}`, "Run the command with --help.");
}

/** Without what belongs to a command that this one runs. */
function ownArguments(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
}
