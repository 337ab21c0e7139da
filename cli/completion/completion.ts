import type { Command } from "commander";
import { helpText, type HelpText } from "../screen/help-text";

/* eslint-disable @typescript-eslint/no-require-imports -- loaded only by the two commands below */

/** The library's function, which adds `completion <shell>` and the hidden `complete` that the shell's script calls. */
type AddCompletion = (program: Command, options: { readonly completionCommandName: string }) => unknown;

const NAMES = ["completion", "complete"];

const HELP: HelpText = {
  examples: [
    ["statelock completion bash >> ~/.bashrc"],
    ["statelock completion zsh > ~/.statelock.zsh", "then source that file in ~/.zshrc"],
    ["statelock completion fish > ~/.config/fish/completions/statelock.fish"],
  ],
  exit: { 0: "the script is printed", 2: "the shell is another one" },
};

/** True for the commands that print a script, and that a script calls. */
export function isCompletion([name = ""]: readonly string[]): boolean {
  return NAMES.includes(name);
}

/** Adds completion for bash, zsh and fish. Other commands only get the line in the help. */
export function addCompletion(program: Command, [name = ""]: readonly string[]): void {
  if (isCompletion([name])) {
    const { default: add } = require("@bomb.sh/tab/commander") as { default: AddCompletion };
    add(program, { completionCommandName: "completion" });
    program.commands.find((command) => command.name() === "completion")?.addHelpText("after", helpText(HELP));
  } else if (program.commands.length !== 1)
    program
      .command("completion <shell>")
      .description("Print the completion script of a shell: bash, zsh, fish or powershell.")
      .addHelpText("after", helpText(HELP));
}
