import type { Argument, Command, Option } from "commander";
import { programOf } from "../cli/program";
import type { CommandContext } from "../cli/screen/command-context";
import type { Page } from "./page";

const FOLDER = "docs/reference/commands";

/** Returns the pages of all commands, and the page that lists them. */
export function commandPages(): Page[] {
  const commands = allCommands();
  return [listPage(commands), ...commands.map(commandPage)];
}

export interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

/** Returns every command that does something, with its whole name. */
export function allCommands(): NamedCommand[] {
  return leavesOf(programOf({ program: "statelock" } as CommandContext, []), []);
}

function leavesOf(command: Command, parents: readonly string[]): NamedCommand[] {
  const names = [...parents, command.name()];
  if (command.commands.length === 0) return [{ name: names.join(" "), command }];
  return command.commands.flatMap((child) => leavesOf(child, names));
}

const fileOf = (name: string): string => `${name.replace(/^statelock /, "").replaceAll(" ", "-")}.md`;

function listPage(commands: readonly NamedCommand[]): Page {
  const rows = commands.map(({ name, command }) => `| [\`${name}\`](${fileOf(name)}) | ${command.description()} |`);
  const content = [
    "# Commands",
    "",
    "These pages are generated from the help of each command (`npm run docs`). Exit codes of every command: 0 fine; 1",
    "looked, and something is not fine; 2 could not tell. [json.md](../json.md) describes the answers to `--json`.",
    "",
    "| command | purpose |",
    "| --- | --- |",
    ...rows,
  ];
  return { path: `${FOLDER}/README.md`, content: content.join("\n") };
}

function commandPage({ name, command }: NamedCommand): Page {
  const usage = command.createHelp().commandUsage(command);
  const options = command.options.filter(({ hidden }) => !hidden);
  const content = [
    `# \`${name}\``,
    "",
    command.description(),
    "",
    "```text",
    usage,
    "```",
    "",
    ...table("argument", command.registeredArguments.map(argumentRow)),
    ...table("option", options.map(optionRow)),
    ...afterHelp(command),
  ];
  return { path: `${FOLDER}/${fileOf(name)}`, content: content.join("\n") };
}

function table(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [`| ${title} | meaning |`, "| --- | --- |", ...rows, ""];
}

function argumentRow(argument: Argument): string {
  return `| \`${argument.name()}\` | ${cell(argument.description)}${remarks(argument)} |`;
}

function optionRow(option: Option): string {
  return `| \`${option.flags.replaceAll("|", "\\|")}\` | ${cell(option.description)}${remarks(option)} |`;
}

interface Remarkable {
  readonly argChoices?: string[];
  readonly defaultValue?: unknown;
  readonly defaultValueDescription?: string;
  readonly mandatory?: boolean;
}

function remarks({ argChoices, defaultValue, defaultValueDescription, mandatory }: Remarkable): string {
  const isShown = defaultValue !== undefined && typeof defaultValue !== "boolean" && !isEmptyList(defaultValue);
  const shown = defaultValueDescription ?? `\`${String(defaultValue)}\``;
  return [
    argChoices === undefined ? "" : `; one of ${argChoices.map((choice) => `\`${choice}\``).join(", ")}`,
    mandatory === true ? "; required" : "",
    isShown ? `; default: ${shown}` : "",
  ].join("");
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "\\<");

/** The text that a command adds to its help: its examples as a block, everything else as paragraphs. */
function afterHelp(command: Command): string[] {
  // The page has whole paragraphs: its reader's screen folds them.
  const help = helpOf(command, 10_000);
  const added = help.slice(help.indexOf("\nExamples:") + 1).trim();
  return added.split("\n\n").flatMap((part) => {
    const [title = "", ...lines] = part.split("\n");
    if (title.startsWith("Docs:")) return [];
    if (title !== "Examples:" && title !== "Environment:") return [...part.split("\n").flatMap(paragraphOf)];
    return [`## ${title.slice(0, -1)}`, "", "```text", ...lines.map((line) => line.trim()), "```", ""];
  });
}

/** Returns what `--help` prints on a terminal of this width. */
export function helpOf(command: Command, width: number): string {
  let help = "";
  command.configureOutput({
    writeOut: (text) => (help += text),
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help;
}

/** Keeps Markdown from reading placeholders as tags, and paths as emphasis. An entry of a list stays in its list. */
function paragraphOf(line: string): string[] {
  const escaped = line.replaceAll("<", "\\<").replaceAll("*", "\\*");
  return line.startsWith("- ") ? [escaped] : ["", escaped, ""];
}
