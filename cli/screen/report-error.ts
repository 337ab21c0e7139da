import { z } from "zod";
import { UserError, type Problem } from "../../lib/problem/problem";
import { plainText } from "../../lib/text/plain-text";
import { systemProblem } from "../../lib/problem/system-problem";
import type { CommandContext } from "./command-context";
import type { Terminal } from "./terminal";

/** Exit codes: 0 fine, 1 looked and not fine, 2 could not tell. */
export const EXIT = { fine: 0, refused: 1, unknown: 2 } as const;

const problem = z.strictObject({
  code: z.string().describe("stable; docs/reference/problems.md lists them"),
  path: z.string().describe("where: a path into the config, a file, an S3 URL or a command-line option"),
  message: z.string(),
  fix: z.string().describe("the next step"),
});

/** JSON of a command that did not come to an answer, version 1. */
export const problemsSchema = z.strictObject({ version: z.literal(1), problems: z.array(problem).min(1) });

/** Where an error is shown. */
export type Reporting = Pick<CommandContext, "terminal" | "write">;

/** Shows an error, as text or, with `json`, as an object on standard output. Returns the exit code. */
export function reportError(error: unknown, { terminal, write }: Reporting, json: boolean): number {
  const problems = error instanceof UserError ? error.problems : [systemProblem(error) ?? bug(error)];
  const exit = error instanceof UserError ? EXIT[error.verdict] : EXIT.unknown;
  const answer: z.infer<typeof problemsSchema> = { version: 1, problems: [...problems] };
  // On one line, as a watch writes its answers.
  if (json) write(`${JSON.stringify(answer)}\n`);
  else for (const problem of problems) terminal.note(problemText(problem, terminal));
  return exit;
}

/** A problem as text. */
export function problemText(problem: Problem, { colors }: Terminal): string {
  const { path, message, code, fix } = problem;
  return `\n${colors.bold(plainText(path))} ${message} ${colors.dim(`[${code}]`)}\n  ${colors.cyan("next:")} ${fix}`;
}

function bug(error: unknown): Problem {
  return {
    code: "bug",
    path: "statelock",
    message: `must not fail like this: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    fix: "Please report it, with the command you ran. Nothing is deleted or overwritten without proof, so running it again is safe.",
  };
}
