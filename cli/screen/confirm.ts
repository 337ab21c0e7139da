import { UserError } from "../../lib/problem/problem";
import type { Terminal } from "./terminal";

/** A question that a person must answer before a command changes anything. */
interface Confirmation {
  /** Whole name of the command, as `statelock bootstrap`. */
  readonly command: string;
  /** Ends with a colon and a space. */
  readonly question: string;
  /** True for the answer that confirms; the answer is trimmed. */
  readonly accepts: (answer: string) => boolean;
  /** `--yes`: confirmed without a question. */
  readonly yes: boolean | undefined;
}

/**
 * Asks a person to confirm, and returns true if the answer is the accepted one.
 * @throws UserError if nobody can answer here
 */
export async function isConfirmed(terminal: Terminal, confirmation: Confirmation): Promise<boolean> {
  const { command, question, accepts, yes } = confirmation;
  if (yes === true) return true;
  if (terminal.interactive) return accepts((await terminal.ask(question)).trim());
  const problem = {
    code: "not-confirmed",
    path: command,
    message: "must be confirmed, but this is not a terminal where a person can answer",
    fix: "Read what is printed above. Then run the command with --yes.",
  };
  throw new UserError([problem], "unknown");
}
