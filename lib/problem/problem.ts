/** One mistake an operator made: where it is, what is wrong with the value they gave, and the next step. */
export interface Problem {
  /** Stable, kebab-case, documented in docs/reference/problems.md. Programs may match on it; texts may change. */
  readonly code: string;
  /** Where: a path into the config (`consumers[2].key`), a file, or a command-line option. */
  readonly path: string;
  /** What is wrong, as "must …, got …". */
  readonly message: string;
  /** The next step, as an instruction. */
  readonly fix: string;
}

/**
 * How a command that did not end well ended: it looked and refuses, or it could not look (usage, credentials, network).
 * The exit codes are 1 and 2.
 */
export type Verdict = "refused" | "unknown";

/** The only error that is an operator's to mend. Anything else that is thrown is a bug. */
export class UserError extends Error {
  override readonly name = "UserError";

  constructor(
    readonly problems: readonly Problem[],
    readonly verdict: Verdict = "refused",
  ) {
    super(problemsText(problems));
  }
}

/** Throws a {@link UserError} that holds every problem, or returns when there is none. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(problems);
}

/** Keeps the problems of a list of checks written as `condition && problem`. */
export function found(checks: readonly (Problem | false | undefined)[]): Problem[] {
  return checks.filter((check): check is Problem => check !== false && check !== undefined);
}

/** The same problems, each placed below `parent`: `key` below `consumers[2]` is `consumers[2].key`. */
export function below(parent: string, problems: readonly Problem[]): Problem[] {
  const join = (path: string): string =>
    path === "" ? parent : path.startsWith("[") ? parent + path : `${parent}.${path}`;
  return problems.map((problem) => ({ ...problem, path: join(problem.path) }));
}

/** A value as it is shown in a message: quoted, on one line, and never longer than a line can hold. */
export function shown(value: unknown): string {
  const text = jsonText(value);
  return text.length > 120 ? `${text.slice(0, 117)}…"` : text;
}

/** JSON where there is some; a BigInt or an object that holds itself has none. */
function jsonText(value: unknown): string {
  if (value === undefined || typeof value === "function" || typeof value === "symbol") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return typeof value === "bigint" ? value.toString() : Object.prototype.toString.call(value);
  }
}

function problemsText(problems: readonly Problem[]): string {
  const blocks = problems.map(
    (problem) => `${problem.path} ${problem.message} [${problem.code}]\n    next: ${problem.fix}`,
  );
  return blocks.join("\n");
}
