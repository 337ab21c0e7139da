import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../engine/engine";
import { lookBeforeTheEnd } from "../work/interruption";

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_SETTINGS = ["TF_LOG", "TF_LOG_CORE", "TF_LOG_PATH"];

/** Milliseconds between two looks at the log of a running program. */
const LOOK = 100;

/** True if the environment has no logging settings of its own, so that {@link withLockLog} may add some. */
export function mayLogLocks(environment: Environment): boolean {
  return !LOG_SETTINGS.some((name) => environment[name] !== undefined);
}

/** What the log has to hold. */
export type LockLogLevel = "INFO" | "DEBUG";

/** Returns the level at which an engine names its locks. */
export function lockLogLevel({ name }: Pick<Engine, "name">): LockLogLevel {
  return name === "tofu" ? "DEBUG" : "INFO";
}

/**
 * Runs a program whose engine logs the locks that it asks for, to a private file that is deleted afterwards.
 * @param onLog receives the whole log each time it has grown, while the program runs and at its end
 * @returns the result and the log; the log is empty if the environment has its own logging settings
 */
export async function withLockLog<T>(
  environment: Environment,
  level: LockLogLevel,
  work: (environment: Environment) => Promise<T>,
  onLog?: (log: string) => void,
): Promise<{ readonly value: T; readonly log: string }> {
  if (!mayLogLocks(environment)) return { value: await work(environment), log: "" };
  const folder = mkdtempSync(join(tmpdir(), "statelock-run-"));
  const path = join(folder, "engine.log");
  let seen = 0;
  const look = (): string => {
    const log = readIfThere(path);
    if (log.length > seen) onLog?.(log);
    seen = log.length;
    return log;
  };
  const looking = onLog === undefined ? undefined : setInterval(look, LOOK);
  const forget = lookBeforeTheEnd(look);
  try {
    const value = await work({ ...environment, TF_LOG_CORE: level, TF_LOG_PATH: path });
    return { value, log: look() };
  } finally {
    clearInterval(looking);
    forget();
    look();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // The program was no engine.
  }
}
