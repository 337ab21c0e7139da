import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import type { UserError } from "../lib/problem";
import { bootstrapCommand } from "./bootstrap";
import { usage } from "./bucket-options";
import type { CommandContext } from "./command-context";
import { historyCommand } from "./history";
import { locksCommand } from "./locks";
import { migrateCommand } from "./migrate";
import { EXIT, reportError } from "./report-error";
import { verifyCommand } from "./verify";

/** Everything a run needs from outside but the place of its exit code. */
export type Surroundings = Omit<CommandContext, "exitWith">;

/** The whole program: parses, runs one command, shows errors. Returns the exit code. */
export async function runProgram(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  let code: number = EXIT.fine;
  const context: CommandContext = { ...surroundings, exitWith: (exitCode) => (code = exitCode) };
  const program = programOf(context);
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

/** Every command there is. */
export function programOf(context: CommandContext): Command {
  return new Command("statelock")
    .description("Terraform state in S3: bucket, native lock, backend blocks and least-privilege IAM.")
    .version(version)
    .enablePositionalOptions()
    .addCommand(bootstrapCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(locksCommand(context))
    .addCommand(historyCommand(context))
    .addCommand(migrateCommand(context));
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
