import { asStarted, type OwnCommand } from "../../lib/text/own-command";
import { isPlain, plainText } from "../../lib/text/plain-text";
import { shownMarks } from "./ascii-marks";
import type { CommandContext, RunContext } from "./command-context";

/** Matches what Statelock itself sends to a terminal besides text: new lines, and colours where they are on. */
const OWN = { plain: /(\n)/, colored: /(\n|\u001b\[(?:[0-9]|2[0-9]|3[0-9])m)/ };

/** Clears the screen, between two answers of a watch. */
export const CLEAR_SCREEN = "\u001b[2J\u001b[H";

/**
 * Returns the context with an output that never passes on a control, format or bidirectional character from outside, in
 * text and in JSON: such a character becomes `\uXXXX`. Commands on standard error begin with `program`. Every command writes
 * through this one place.
 */
export function printableContext(run: RunContext, program: OwnCommand): Omit<CommandContext, "engine" | "exitWith"> {
  const { terminal, output, write } = run;
  const noted = (text: string): string =>
    printable(shownMarks(asStarted(text, program), run.environment), terminal.colors.isColorSupported);
  return {
    ...run,
    workingDirectory: run.workingDirectory ?? "/",
    program,
    terminal: {
      ...terminal,
      note: (text) => {
        terminal.note(noted(text));
      },
      ask: (question) => terminal.ask(noted(question)),
      status:
        terminal.status &&
        ((text) => {
          terminal.status?.(noted(text));
        }),
    },
    write: (text) => {
      write(text === CLEAR_SCREEN ? text : printable(text, output.colors.isColorSupported));
    },
    writePatch: (text) => {
      write(
        output.isTerminal
          ? text
              .split("\t")
              .map((part) => printable(part, false))
              .join("\t")
          : text,
      );
    },
  };
}

/** Returns the text with only its own new lines and, if `colored`, colours. */
function printable(text: string, colored: boolean): string {
  if (isPlain(text)) return text;
  return text
    .split(colored ? OWN.colored : OWN.plain)
    .map((part, at) => (at % 2 === 1 ? part : plainText(part, Infinity)))
    .join("");
}
