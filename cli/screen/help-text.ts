import type { AddHelpTextContext, Command } from "commander";
import { asStarted, type OwnCommand } from "../../lib/text/own-command";
import { exampleLines, paragraph } from "./folded-text";

/** What the help of a command says below its options. */
export interface HelpText {
  /** Commands to type, each with a remark where it needs one. */
  readonly examples: readonly (readonly [command: string, remark?: string])[];
  /** Paragraphs. One that begins with `- ` is an entry of a list. */
  readonly text?: readonly string[];
  /** When the command ends with which code. @default - the codes of every command */
  readonly exit?: Readonly<Partial<Record<0 | 1 | 2, string>>>;
  /** Environment variables that only this command reads, with their meaning. */
  readonly environment?: readonly (readonly [name: string, meaning: string])[];
}

const EXIT_CODES = {
  0: "fine",
  1: "looked, and something is not fine or remains to be done by hand",
  2: "could not tell: usage, credentials, network",
};

const AWS_VARIABLES = [["AWS_PROFILE, AWS_REGION, …", "as for the AWS CLI; an option wins"]] as const;
const COMMON_VARIABLES = [
  ["STATELOCK_DEBUG=1", "as --debug"],
  ["NO_COLOR=1", "no colours"],
] as const;

/** Returns the text that Commander puts below the options: it fits the terminal, and begins commands as the reader does. */
export function helpText({ examples, text = [], exit = EXIT_CODES, environment = [] }: HelpText) {
  return ({ command }: AddHelpTextContext): string => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
    const names = namesOf(command);
    const program = names[0] as OwnCommand;
    const own = (part: string): string => part.replace(/^statelock(?= )/, program);
    const hasAws = command.options.some(({ long }) => long === "--profile");
    const variables = [...environment, ...(hasAws ? AWS_VARIABLES : []), ...COMMON_VARIABLES];
    const column = Math.max(...variables.map(([name]) => name.length)) + 2;
    const codes = Object.entries(exit).map(([code, meaning]) => `${code} ${meaning}`);
    const page = names.slice(1).join("-") || "README";
    const sections = [
      [
        "Examples:",
        ...exampleLines(
          examples.map(([line, remark]) => [own(line), remark] as const),
          width,
        ),
      ],
      text.map((part) => paragraph(asStarted(part, program), width, part.startsWith("- ") ? 2 : 0)),
      [paragraph(`Exit codes: ${codes.join("; ")}.`, width, 0)],
      ["Environment:", ...variables.map(([name, meaning]) => entry(name, meaning, column, width))],
      [`Docs: docs/reference/commands/${page}.md`],
    ];
    return sections
      .filter((lines) => lines.length > (lines[0] === "Examples:" ? 1 : 0))
      .map((lines) => `\n${lines.join("\n")}`)
      .join("\n");
  };
}

/** Returns the names of a command: the program, then its groups, then itself. */
export function namesOf(command: Command): string[] {
  return command.parent === null ? [command.name()] : [...namesOf(command.parent), command.name()];
}

function entry(name: string, meaning: string, column: number, width: number): string {
  return paragraph(`  ${name.padEnd(column)}${meaning}`, width, column + 2);
}
