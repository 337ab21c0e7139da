import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { product, speakingOf } from "../lib/engine/spoken-engine";
import type { UserError } from "../lib/problem/problem";
import { ownCommand } from "../lib/text/own-command";
import type * as Bootstrap from "./bootstrap/bootstrap";
import { addCompletion } from "./completion/completion";
import { usage } from "./options/bucket-options";
import type { CommandContext, RunContext } from "./screen/command-context";
import { historyCommand } from "./history/history";
import { locksCommand } from "./locks/locks";
import { migrateCommand } from "./migrate/migrate";
import { addNamedCommands } from "./options/named-commands";
import { engineChoice } from "../lib/programs/engine-choice";
import { printableContext } from "./screen/printable";
import { EXIT, reportError } from "./screen/report-error";
import type * as Init from "./init/init";
import type * as Synth from "./synth/synth";
import type * as Verify from "./verify/verify";

/* eslint-disable @typescript-eslint/no-require-imports -- a run loads only the command that it runs */

/** Runs the program: parses the arguments, runs one command, reports an error. Returns the exit code. */
export async function runProgram(argv: readonly string[], outside: RunContext): Promise<number> {
  const run = printableContext(outside, ownCommand(outside.environment, argv[1]));
  let code: number = EXIT.fine;
  const own = ownArguments(argv);
  const engine = engineChoice({
    option: engineOption(own),
    environment: run.environment,
    folder: run.workingDirectory,
  });
  const context: CommandContext = { ...run, engine, exitWith: (exitCode) => (code = exitCode) };
  const json = own.includes("--json");
  const debug = own.includes("--debug") || run.environment["STATELOCK_DEBUG"] === "1";
  return speakingOf(engine.choose().name, async () => {
    try {
      await programOf(context, argv.slice(2)).parseAsync(argv);
      return code;
    } catch (error) {
      if (!(error instanceof CommanderError)) return reportError(error, { ...run, json, debug });
      if (error.exitCode === 0) return EXIT.fine;
      // Commander has printed its message already.
      return json ? reportError(misused(error), { ...run, json, debug }) : EXIT.unknown;
    }
  });
}

/** Returns the program with the command that the arguments name, or with every command if they name none. */
export function programOf(context: CommandContext, args: readonly string[]): Command {
  const program = new Command("statelock")
    .description(`${product()} state in S3: bucket, native lock, backend blocks and least-privilege IAM.`)
    .version(version)
    .enablePositionalOptions();
  const rest = args.slice(1);
  const makers = {
    init: () => (require("./init/init") as typeof Init).initCommand(context),
    synth: () => (require("./synth/synth") as typeof Synth).synthCommand(context),
    bootstrap: () => (require("./bootstrap/bootstrap") as typeof Bootstrap).bootstrapCommand(context),
    verify: () => (require("./verify/verify") as typeof Verify).verifyCommand(context),
    locks: () => locksCommand(context, rest),
    history: () => historyCommand(context, rest),
    migrate: () => migrateCommand(context, rest),
  };
  addNamedCommands(program, makers, args);
  addCompletion(program, args);
  return prepared(program, context);
}

/** Adds --debug, and keeps Commander from ending the process and from writing to it. Every command needs this itself. */
function prepared(command: Command, context: CommandContext): Command {
  const { write, terminal } = context;
  command.exitOverride();
  command.configureOutput({
    writeOut: write,
    writeErr: (text) => {
      terminal.note(text.trimEnd());
    },
  });
  if (command.commands.length === 0 && !IS_WITHOUT_ENGINE.includes(`${command.parent?.name() ?? ""} ${command.name()}`))
    command.option("--engine <program>", "engine of the roots: terraform, tofu, or a path (or set STATELOCK_ENGINE)");
  if (command.commands.length === 0)
    command.option("--debug", "print the causes of an error, with AWS request ids (or set STATELOCK_DEBUG=1)");
  for (const child of command.commands) prepared(child, context);
  return command;
}

/** Synth depends on the config alone, and a new config has no engine yet. */
const IS_WITHOUT_ENGINE = ["statelock init", "statelock synth", "statelock completion"];

/** Returns the value of `--engine`, which decides texts before a command parses its options. */
function engineOption(own: readonly string[]): string | undefined {
  const at = own.findIndex((argument) => /^--engine(=|$)/.test(argument));
  return at < 0 ? undefined : (own[at]?.split("=", 2)[1] ?? own[at + 1]);
}

function misused({ message }: CommanderError): UserError {
  const got = message.replace(/^error: /, "");
  return usage("statelock", `must be called as its help shows, got: ${got}`, "Run the command with --help.");
}

/** Returns the arguments before `--`; the others belong to a command that this one runs. */
function ownArguments(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
}
