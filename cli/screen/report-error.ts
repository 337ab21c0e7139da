import type { z } from "zod";
import { sentence, UserError, type Problem } from "../../lib/problem/problem";
import { systemProblem } from "../../lib/problem/system-problem";
import { plainJson, plainLines, plainText } from "../../lib/text/plain-text";
import { withoutSecrets } from "../../lib/text/without-secrets";
import { causeChain } from "./cause-chain";
import type { CommandContext } from "./command-context";
import type { problemsSchema } from "./problems-schema";
import type { Terminal } from "./terminal";
import { andMore, few } from "../../lib/text/few";

/** Exit codes: 0 fine; 1 looked, and something is not fine; 2 could not tell. */
export const EXIT = { fine: 0, refused: 1, unknown: 2 } as const;

/** How an error is reported. */
interface Reporting extends Pick<CommandContext, "terminal" | "write"> {
  /** The command was called with `--json`. */
  readonly json: boolean;
  /** Also print the chain of causes on standard error. */
  readonly debug: boolean;
  /** Where the credentials come from; printed below a failed AWS call. */
  readonly identity: string;
}

/** Reports an error, as text or as JSON on standard output, and returns the exit code. */
export function reportError(error: unknown, { terminal, write, json, debug, identity }: Reporting): number {
  const problems = error instanceof UserError ? error.problems : [systemProblem(error) ?? bug(error)];
  const answer: z.infer<typeof problemsSchema> = { version: 1, problems: problems.map(printableProblem) };
  // One line, because a watch writes one answer per line.
  if (json) write(`${plainJson(answer)}\n`);
  else noteFirst(problems, terminal);
  if (!json && problems.some(({ code }) => code === "aws-call"))
    terminal.note(`  ${terminal.colors.dim(`with: ${identity}`)}`);
  if (debug) for (const line of causeChain(error)) terminal.note(`  ${terminal.colors.dim(line)}`);
  return error instanceof UserError ? EXIT[error.kind] : EXIT.unknown;
}

/** How many problems a person reads; `--json` has them all. */
const MOST = 50;

function noteFirst(problems: readonly Problem[], terminal: Terminal): void {
  const [told, others] = few(problems, MOST);
  for (const problem of told) terminal.note(problemText(problem, terminal));
  noteOthers(terminal, others, "\n");
}

/** Notes that a list goes on. @param before what stands before the line @default - nothing */
export function noteOthers(terminal: Terminal, others: number, before = ""): void {
  if (others > 0) terminal.note(`${before}…${andMore(others)}: --json names them.`);
}

/** Returns a problem as text, safe to print: the place, what is wrong, the code and the next step. */
export function problemText(given: Problem, { colors }: Terminal): string {
  const problem = printableProblem(given);
  const path = plainText(problem.path, Infinity);
  const text = sentence({ path, message: plainLines(problem.message) });
  const said = text.startsWith(path) ? colors.bold(path) + text.slice(path.length) : text;
  return `\n${said} ${colors.dim(`[${problem.code}]`)}\n  ${colors.cyan("next:")} ${plainLines(problem.fix)}`;
}

/** Returns the problem without credentials: it may quote a file, the environment or the output of a program. */
function printableProblem({ code, path, message, fix }: Problem): Problem {
  return { code, path: withoutSecrets(path), message: withoutSecrets(message), fix: withoutSecrets(fix) };
}

function bug(error: unknown): Problem {
  return {
    code: "bug",
    path: "statelock",
    message: `must not fail like this: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    fix: "Report this bug, with the command that you ran. Statelock deletes or overwrites nothing without proof, so you can safely run the command again.",
  };
}
