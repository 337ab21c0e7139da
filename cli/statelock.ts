import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { bootstrapCommand } from "./bootstrap";
import type { CommandContext } from "./command-context";
import { migrateCommand } from "./migrate";
import { EXIT, reportError } from "./report-error";
import { processTerminal } from "./terminal";

/** The whole program: parses, runs one command, shows errors. Returns the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  const terminal = processTerminal(process.env);
  let code: number = EXIT.fine;
  const context: CommandContext = {
    environment: process.env,
    workingDirectory: process.cwd(),
    terminal,
    write: (text) => void process.stdout.write(text),
    exitWith: (exitCode) => (code = exitCode),
  };
  const program = new Command("statelock")
    .description("Terraform state in S3: bucket, native lock, backend blocks and least-privilege IAM.")
    .version(version)
    .exitOverride()
    .addCommand(bootstrapCommand(context))
    .addCommand(migrateCommand(context));
  for (const command of program.commands) for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.unknown;
    return reportError(error, terminal, argv.includes("--json"));
  }
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

void run(process.argv).then((code) => {
  process.exitCode = code;
});
