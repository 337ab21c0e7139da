/**
 * One mistake or failure that an operator can act on: where it is, what is wrong, and the next step.
 * @example
 * const codes = configProblems(stateConfig).map(({ code }: Problem) => code);
 */
export interface Problem {
  /** Stable, kebab-case, documented in docs/reference/problems.md. Programs may match on it; texts may change. */
  readonly code: string;
  /** Where: a path into the config (`consumers[2].key`), a file, an S3 URL or a command-line option. */
  readonly path: string;
  /**
   * What is wrong. For a value, "must …, got …", which reads on from the path. For an event, a whole sentence that begins
   * with a capital letter: "Could not read s3://bucket/key: 403 AccessDenied (request ABC123)".
   */
  readonly message: string;
  /** The next step, as an instruction. */
  readonly fix: string;
}

/**
 * Why a command failed: it looked and refuses (exit code 1), or it could not look (exit code 2).
 * @example
 * const exitCode = (kind: FailureKind): number => (kind === "refused" ? 1 : 2);
 */
export type FailureKind = "refused" | "unknown";

/**
 * The only error that an operator can fix. Any other error that is thrown is a bug in Statelock.
 * @example
 * try {
 *   resolveStateHome(stateConfig);
 * } catch (error) {
 *   if (!(error instanceof UserError)) throw error;
 *   console.error(error.message);
 * }
 */
export class UserError extends Error {
  override readonly name = "UserError";

  /** @param options the error that caused the problems; @default - the cause that {@link withCause} noted */
  constructor(
    readonly problems: readonly Problem[],
    readonly kind: FailureKind = "refused",
    options: ErrorOptions = { cause: problems.map((problem) => CAUSES.get(problem)).find(Boolean) },
  ) {
    super(problems.map((problem) => `${sentence(problem)} [${problem.code}]\n    next: ${problem.fix}`).join("\n"));
    if (options.cause !== undefined) this.cause = options.cause;
  }
}

/** A problem is data and is compared as data, so its cause is kept beside it. */
const CAUSES = new WeakMap<Problem, unknown>();

/** Notes which error caused a problem, for the {@link UserError} that may be thrown with it later. Returns the problem. */
export function withCause(problem: Problem, cause: unknown): Problem {
  CAUSES.set(problem, cause);
  return problem;
}

/** Returns the problem with other fields; it keeps the cause. */
export function reworded(problem: Problem, fields: Partial<Problem>): Problem {
  return withCause({ ...problem, ...fields }, CAUSES.get(problem));
}

/** Throws a {@link UserError} that holds every problem. Returns if there is no problem. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(problems);
}

/** Returns the problems of a list of checks written as `condition && problem`. */
export function found(checks: readonly (Problem | false | undefined)[]): Problem[] {
  return checks.filter((check): check is Problem => check !== false && check !== undefined);
}

/** Returns the problems with `parent` in front of each path: `key` below `consumers[2]` is `consumers[2].key`. */
export function below(parent: string, problems: readonly Problem[]): Problem[] {
  const join = (path: string): string =>
    path === "" ? parent : path.startsWith("[") ? parent + path : `${parent}.${path}`;
  return problems.map((problem) => reworded(problem, { path: join(problem.path) }));
}

/** Returns where and what as one sentence. The message of an event names the place itself, so the path is not repeated. */
export function sentence({ path, message }: Pick<Problem, "path" | "message">): string {
  if (!isEvent(message)) return `${path} ${message}`;
  return message.includes(path) ? message : `${path}: ${message}`;
}

/** True for the message of an event, which is a sentence of its own; false for one that reads on from a path. */
function isEvent(message: string): boolean {
  return /^\p{Lu}/u.test(message);
}

/** Returns a value as text for a message: quoted, on one line, at most 120 characters. */
export function shown(value: unknown): string {
  const text = jsonText(value);
  return text.length > 120 ? `${text.slice(0, 117)}…"` : text;
}

/** Returns the value as JSON, or a short text for a value that JSON cannot hold, such as a BigInt or a circle. */
function jsonText(value: unknown): string {
  if (value === undefined || typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value === "bigint") return `${String(value)}n`;
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
