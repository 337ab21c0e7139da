import type { Argument, Command, Option } from "commander";
import { programOf } from "../cli/program";
import type { CommandContext } from "../cli/screen/command-context";
import type { Page } from "./page";

const FOLDER = "docs/reference/commands";

/** Returns the pages of all commands, and the page that lists them. */
export function commandPages(): Page[] {
  const commands = leavesOf(programOf({ program: "statelock" } as CommandContext, []), []);
  return [listPage(commands), ...commands.map(commandPage)];
}

interface NamedCommand {
  readonly name: string;
  readonly command: Command;
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
  const usage = `${name} ${command.usage()}`;
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
  let help = "";
  command.configureOutput({
    writeOut: (text) => (help += text),
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  const added = help.slice(command.helpInformation().length).trim();
  return added.split("\n\n").flatMap((part) => {
    if (!part.startsWith("Examples:")) return [...part.split("\n").map(escaped), ""];
    const examples = part.split("\n").slice(1);
    return ["## Examples", "", "```text", ...examples.map((line) => line.trim()), "```", ""];
  });
}

/** Keeps Markdown from reading placeholders as tags, and paths as emphasis; an exit code starts a line of its own. */
function escaped(line: string): string {
  return line
    .replaceAll("<", "\\<")
    .replaceAll("*", "\\*")
    .replace(/^Exit codes?:? /, "\nExit codes: ");
}
