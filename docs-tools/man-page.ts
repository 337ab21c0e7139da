import { allCommands, helpOf, type NamedCommand } from "./command-pages";
import type { Page } from "./page";

/** `man` indents by 7 columns, and most terminals have 80. */
const WIDTH = 72;

/** Returns the page that `man statelock` shows: the help of each command, as the terminal shows it. */
export function manPage(): Page {
  const commands = allCommands();
  const lines = [
    '.TH STATELOCK 1 "" "" "Statelock"',
    ".SH NAME",
    "statelock \\- Terraform and OpenTofu state in S3, locked natively",
    ".SH SYNOPSIS",
    ...commands.flatMap(({ name, command }) => [".br", text(`${name} ${command.usage()}`)]),
    ".SH DESCRIPTION",
    "The help of each command follows.",
    ".SH COMMANDS",
    ...commands.flatMap(section),
  ];
  return { path: "docs/reference/statelock.1", content: `${lines.join("\n")}\n` };
}

function section({ name, command }: NamedCommand): string[] {
  const help = helpOf(command, WIDTH).trimEnd().split("\n");
  return [`.SS "${text(name)}"`, ".nf", ...help.map(text), ".fi"];
}

/** Keeps roff from reading a backslash, a hyphen, or a dot or quote at the start of a line as its own. */
function text(line: string): string {
  const escaped = line.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
