import type { Command, CommanderError } from "commander";
import { shown, UserError, type Problem } from "../../lib/problem/problem";
import { namesOf } from "../screen/help-text";
import { absentReason } from "./absent-options";

/** What is wrong in a call, by Commander's code: the place and the message, from what its own message quotes. */
const MISTAKES: Readonly<Record<string, (quoted: readonly string[], name: string, said: string) => [string, string]>> =
  {
    "commander.unknownOption": ([flag = ""], name) => [flag, `is not an option of \`${name}\``],
    "commander.unknownCommand": ([word = ""], name) => [word, `is not a command of \`${name}\``],
    "commander.missingArgument": ([argument = ""], name) => [`<${argument}>`, `must be given to \`${name}\``],
    "commander.optionMissingArgument": ([flags = ""]) => [flags, "must have a value"],
    "commander.missingMandatoryOptionValue": ([flags = ""], name) => [flags, `must be given to \`${name}\``],
    "commander.invalidArgument": ([flags = "", value = ""], _name, said) => [
      flags,
      `must be one of ${/Allowed choices are (.*)\./.exec(said)?.[1] ?? "what the help lists"}, got ${shown(value)}`,
    ],
    "commander.excessArguments": (_quoted, name, said) => [
      `\`${name}\``,
      `must get ${said.replace(/^.*Expected (\d+ arguments?) but got (\d+)\.$/, "$1, got $2")}`,
    ],
  };

/** Returns the problem of a call that Commander did not understand, with what the caller may have meant. */
export function usageProblem({ code, message }: CommanderError, command: Command, name: string): Problem {
  const [said = "", guess = ""] = message.replace(/^error: /, "").split("\n");
  const quoted = [...said.matchAll(/'([^']*)'/g)].map(([, text = ""]) => text);
  const [path, text] = MISTAKES[code]?.(quoted, name, said) ?? [
    `\`${name}\``,
    `must be called as its help shows: ${said}`,
  ];
  const listed = command.commands.length === 0 ? "shows how to call it" : "lists the commands";
  const reason =
    code === "commander.unknownOption" ? absentReason(path, namesOf(command).slice(1).join(" ")) : undefined;
  const meant = reason === undefined ? guess.replace(/^\((.*)\)$/, "$1 ") : `${reason} `;
  return { code: "usage", path, message: text, fix: `${meant}\`${name} --help\` ${listed}.` };
}

/** Returns the error for a mistake in how somebody called a command. */
export function usage(path: string, message: string, fix: string): UserError {
  return new UserError([{ code: "usage", path, message, fix }], "unknown");
}
