import { Command, CommanderError, type Option } from "commander";
import { version } from "../package.json";
import { product, speakingOf } from "../lib/engine/spoken-engine";
import { UserError, type Problem } from "../lib/problem/problem";
import { ownCommand } from "../lib/text/own-command";
import { takeRemains } from "../lib/work/interruption";
import type * as Bootstrap from "./bootstrap/bootstrap";
import { addCompletion, isCompletion } from "./completion/completion";
import { inHelpOrder, shared } from "./options/shared-options";
import { usageProblem } from "./options/usage-problem";
import type { CommandContext, RunContext } from "./screen/command-context";
import { historyCommand } from "./history/history";
import { locksCommand } from "./locks/locks";
import { migrateCommand } from "./migrate/migrate";
import { addNamedCommands } from "./options/named-commands";
import { engineChoice } from "../lib/programs/engine-choice";
import { HELP_LAYOUT, helpWidth } from "./screen/help-layout";
import { helpText, namesOf, type HelpText } from "./screen/help-text";
import { printableContext } from "./screen/printable";
import { EXIT, reportError } from "./screen/report-error";
import { identityText } from "./screen/identity-text";
import type * as Init from "./init/init";
import type * as Synth from "./synth/synth";
import type * as Verify from "./verify/verify";

/* eslint-disable @typescript-eslint/no-require-imports -- a run loads only the command that it runs */

const HELP: HelpText = {
  examples: [
    ["statelock init", "write the config of a new state home"],
    ["statelock bootstrap", "deploy its bucket"],
    ["statelock locks list --bucket acme-tfstate --region eu-central-1", "on call, on any bucket"],
    ["statelock locks list --help", "the help of one command"],
  ],
};

/** Process groups, signals and file modes protect locks and states. No test has shown that Windows' own do. */
const WINDOWS: Problem = {
  code: "platform",
  path: "statelock",
  message: "must run on Linux or macOS, got Windows",
  fix: "Run it in WSL, the Linux subsystem of Windows.",
};

const NO_FOLDER: Problem = {
  code: "file-system",
  path: "statelock",
  message: "must run in a folder that exists, and somebody has removed the working folder",
  fix: "Change to another folder (cd), then run the command again.",
};

/** Runs the program: parses the arguments, runs one command, reports an error. Returns the exit code. */
export async function runProgram(argv: readonly string[], outside: RunContext): Promise<number> {
  const run = printableContext(outside, ownCommand(outside.environment, argv[1]));
  let code: number = EXIT.fine;
  const own = ownArguments(argv);
  const engine = engineChoice({
    option: optionValue(own, "engine"),
    environment: run.environment,
    folder: run.workingDirectory,
  });
  const context: CommandContext = { ...run, engine, exitWith: (exitCode) => (code = exitCode) };
  const json = own.includes("--json");
  const identity = (): string =>
    identityText(optionValue(own, "profile"), optionValue(own, "role-arn"), run.environment);
  const platform = outside.platform;
  const debug = own.includes("--debug") || run.environment["STATELOCK_DEBUG"] === "1";
  return speakingOf(engine.choose().name, async () => {
    try {
      if (platform === "win32") throw new UserError([WINDOWS]);
      if (outside.workingDirectory === undefined) throw new UserError([NO_FOLDER], "unknown");
      await programOf(context, argv.slice(2)).parseAsync(argv);
      return code;
    } catch (error) {
      if (!(error instanceof CommanderError)) return reportError(error, { ...run, json, debug, identity: identity() });
      // Commander has printed its help: because somebody asked for it, or instead of a command.
      return error.exitCode === 0 ? EXIT.fine : EXIT.unknown;
    } finally {
      for (const left of takeRemains()) run.terminal.note(`This run leaves ${left}`);
    }
  });
}

/** Returns the program with the command that the arguments name, or with every command if they name none. */
export function programOf(context: CommandContext, args: readonly string[]): Command {
  // The scripts of a shell complete the program by its plain name.
  const name = isCompletion(args) ? "statelock" : context.program;
  const program = new Command(name)
    .description(`${product()} state in S3: bucket, native lock, backend blocks and least-privilege IAM.`)
    .version(version)
    .enablePositionalOptions()
    .addHelpText("after", helpText(HELP));
  const isOwnHelp = args[0] === "--help" || args[0] === "-h";
  const rest = isOwnHelp ? undefined : args.slice(1);
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
  return prepared(program, context, isOwnHelp);
}

/**
 * Adds --debug, and keeps Commander from ending the process and from writing to it. Every command needs this itself, except
 * groups whose commands a help does not name.
 */
function prepared(command: Command, context: CommandContext, isHelpAlone = false): Command {
  const { write, terminal, output } = context;
  command.exitOverride((error) => {
    if (error.exitCode === 0 || error.code === "commander.help") throw error;
    throw new UserError([usageProblem(error, command, namesOf(command).join(" "))], "unknown");
  });
  command.configureHelp(HELP_LAYOUT);
  command.configureOutput({
    writeOut: write,
    outputError: () => undefined,
    getOutHelpWidth: () => helpWidth(output),
    getErrHelpWidth: () => helpWidth(output),
    writeErr: (text) => {
      terminal.note(text.trimEnd());
    },
  });
  if (command.commands.length === 0) {
    if (!WITHOUT_ENGINE.includes(namesOf(command).slice(1).join(" "))) command.addOption(shared("engine"));
    command.addOption(shared("debug")).addHelpOption(shared("help"));
    // Commander prints groups in the order of the options.
    (command.options as Option[]).splice(0, command.options.length, ...inHelpOrder(command.options));
  }
  for (const child of command.commands)
    if (!isHelpAlone || !COMMAND_GROUPS.includes(child.name())) prepared(child, context);
  return command;
}

/** Commands that hold others. */
const COMMAND_GROUPS = ["locks", "history", "migrate"];

/** Synth depends on the config alone, and a new config has no engine yet. */
const WITHOUT_ENGINE = ["init", "synth", "completion"];

/** Returns the value of an option that decides texts before, or after, a command has parsed its options. */
function optionValue(own: readonly string[], name: string): string | undefined {
  const flag = `--${name}`;
  const at = own.findIndex((argument) => argument === flag || argument.startsWith(`${flag}=`));
  const given = own[at];
  if (given === undefined) return undefined;
  return given === flag ? own[at + 1] : given.slice(flag.length + 1);
}

/** Returns the arguments before `--`; the others belong to a command that this one runs. */
function ownArguments(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
}
