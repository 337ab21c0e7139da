import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { bootstrapCommand } from "./bootstrap";
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
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.unknown;
    return reportError(error, context, ownArguments(argv).includes("--json"));
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

/** Without what belongs to a command that this one runs. */
function ownArguments(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
}
