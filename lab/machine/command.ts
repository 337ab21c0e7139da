import { spawn, type ChildProcess } from "node:child_process";
import { killGroup, signalIfThere } from "./kill-group";
import { theReaper } from "./reaper";

export interface CommandOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** @default - no standard input at all */
  readonly input?: string;
  /** @default 1200000 */
  readonly timeoutMs?: number;
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
}

export interface CommandResult {
  /** As one would type it; for messages. */
  readonly command: string;
  /** null when a signal ended it; 127, as in a shell, when there is no such program. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly pid: number;
  /** Settles when the process and all it started are gone. Never rejects. */
  readonly done: Promise<CommandResult>;
  /** Signals the process alone. */
  kill(signal?: NodeJS.Signals): void;
  /** Signals the process and all it started. */
  killAll(signal?: NodeJS.Signals): void;
}

/**
 * Starts a program as the leader of a process group of its own. When the program ends, this kills the rest of the
 * group: a provider plugin or a shim must not write after the command that a test looks at.
 */
export function startCommand(command: string, args: readonly string[], options: CommandOptions): RunningCommand {
  const { cwd, env, input, timeoutMs = 1_200_000 } = options;
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(command, args, { cwd, env: { ...env }, detached: true, stdio: [stdin, "pipe", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) theReaper().watch(pid);
  child.stdin?.on("error", () => undefined); // A program may end without reading what it was given.
  child.stdin?.end(input);

  const stdout = collect(child.stdout, options.onStdout);
  const stderr = collect(child.stderr, options.onStderr);
  let note = "";
  const timer = setTimeout(() => {
    note = `\nkilled after ${String(timeoutMs)} ms\n`;
    if (pid !== undefined) killGroup(pid, "SIGKILL");
  }, timeoutMs);

  const done = ended(child).then(({ code, signal, error }): CommandResult => {
    clearTimeout(timer);
    const text = [command, ...args].join(" ");
    return { command: text, code, signal, stdout: stdout(), stderr: stderr() + error + note };
  });
  return {
    pid: pid ?? -1,
    done,
    kill: (signal = "SIGTERM") => {
      if (isRunning(child)) signalIfThere(child.pid, signal);
    },
    killAll: (signal = "SIGKILL") => {
      if (isRunning(child)) killGroup(child.pid, signal);
    },
  };
}

/** An ended process's id may be another's by now. */
function isRunning(child: ChildProcess): child is ChildProcess & { pid: number } {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error: string;
}

function ended(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("exit", () => {
      if (child.pid === undefined) return;
      killGroup(child.pid, "SIGKILL");
      theReaper().release(child.pid);
    });
    child.once("error", (error) => {
      resolve({ code: 127, signal: null, error: `${error.message}\n` });
    });
    child.once("close", (code, signal) => {
      resolve({ code, signal, error: "" });
    });
  });
}

function collect(stream: NodeJS.ReadableStream | null, tell?: (text: string) => void): () => string {
  let all = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    all += text;
    tell?.(text);
  });
  return () => all;
}
