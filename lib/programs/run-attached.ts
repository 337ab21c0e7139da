import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { program } from "../engine/spoken-engine";
import { UserError } from "../problem/problem";
import { beginUncut } from "../work/interruption";
import { onStopSignal } from "../work/signals";
import { withLockLog, type LockLogLevel } from "./lock-log";

/** A command that gets the input, the output and the signals of this process. */
export interface AttachedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logLevel: LockLogLevel;
  /** Receives the engine's log each time it has grown. */
  readonly onLog?: ((log: string) => void) | undefined;
}

/** How it ended. */
export interface AttachedResult {
  /** The exit code as a shell reports it. */
  readonly code: number;
  /** The end of its output, standard error first. */
  readonly output: string;
  /** The log of the engine; empty if the caller has its own logging settings. */
  readonly log: string;
  readonly interrupted: boolean;
  /** True if something that the command started may still run, such as the engine of a shell that a signal ended. */
  readonly isAlive: boolean;
}

/** Signals that a keyboard sends to every program of its terminal. */
const TYPED: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

const KEPT = 256 * 1024;

/**
 * Runs a command with the standard input of this process. It forwards the output at once and keeps its end: standard error
 * through a pipe, and standard output too unless it is a terminal. It makes the engine log the locks that it tries to take,
 * to a private file that it deletes afterwards.
 * @throws UserError if the command cannot be started
 */
export async function runAttached(command: AttachedCommand): Promise<AttachedResult> {
  const { env, logLevel, onLog } = command;
  const { value, log } = await withLockLog(env, logLevel, (all) => ended(command, all), onLog);
  return { ...value, log };
}

function ended(
  { command, args, cwd }: AttachedCommand,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Omit<AttachedResult, "log">> {
  // At a terminal, Ctrl+C reaches the child directly. A second signal makes Terraform exit without saving its state.
  const atTerminal = process.stdin.isTTY;
  const stdout = process.stdout.isTTY && !args.includes("-json") ? "inherit" : "pipe";
  return new Promise((resolve, reject) => {
    // Every process that the command starts inherits the fourth descriptor: its end shows that nothing runs any more.
    const stdio = ["inherit", stdout, "pipe", "pipe"] as const;
    const child = spawned(command, args, { cwd, env, stdio: [...stdio], detached: !atTerminal });
    const output = [keep(child.stderr, process.stderr), keep(child.stdout, process.stdout)];
    const outputEnds = Promise.all([child.stdout, child.stderr].map(endOf));
    const life = child.stdio[3] as ChildProcess["stdout"];
    life?.resume();
    const lifeEnds = endOf(life);
    let interrupted = false;
    // The command may hold a lock: it goes on when nobody reads its output any more.
    const finish = beginUncut();
    const silence = onStopSignal((signal) => {
      interrupted = true;
      if (!(atTerminal && TYPED.includes(signal))) child.kill(signal);
    });
    const done = (): void => {
      finish();
      silence();
    };
    child.on("error", (error) => {
      done();
      reject(new UserError([missing(command, error)], "unknown"));
    });
    child.on("exit", (code, signal) => {
      void outputEnds.then(async () => {
        const isLifeOver = await Promise.race([lifeEnds.then(() => true), pause(A_MOMENT, false)]);
        life?.destroy();
        done();
        const number = signal === null ? 0 : constants.signals[signal];
        const isAlive = !isLifeOver || (!atTerminal && isGroupThere(child.pid));
        resolve({ code: code ?? 128 + number, output: output.map((text) => text()).join("\n"), interrupted, isAlive });
      });
    });
  });
}

/** Starts a process. @throws UserError for the errors that Node throws at once, such as ENOTDIR, and for an empty name */
function spawned(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(command, [...args], options);
  } catch (error) {
    throw new UserError([missing(command, error as Error)], "unknown");
  }
}

/** Milliseconds until the end of a process shows on its descriptors: the kernel closes them before it reports the end. */
const A_MOMENT = 100;

function endOf(stream: ChildProcess["stdout"]): Promise<void> {
  return new Promise((resolve) => {
    if (stream === null) resolve();
    else stream.once("close", resolve);
  });
}

/** True if a process of this group is there. A wrapper may close descriptors that its children would inherit. */
function isGroupThere(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Forwards a stream and keeps its end. */
function keep(stream: ChildProcess["stdout"], to: NodeJS.WriteStream): () => string {
  let text = "";
  stream?.on("data", (chunk: Buffer) => {
    to.write(chunk);
    text = (text + chunk.toString("utf8")).slice(-KEPT);
  });
  return () => text;
}

function missing(command: string, error: Error): { code: string; path: string; message: string; fix: string } {
  return {
    code: "command-missing",
    path: command === "" ? '""' : command,
    message: `could not be started: ${error.message}`,
    fix: `Write the command after --: \`statelock locks run -- ${program()} apply\``,
  };
}
