import { spawn, type ChildProcess } from "node:child_process";
import { UserError, type Problem } from "../problem/problem";
import { beginUncut } from "../work/interruption";
import { onStopSignal } from "../work/signals";
import { outputFile } from "./output-file";

/** How to run a program. */
export interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives every line of standard output while the program runs. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** True: the program holds nothing, so an interrupt ends it and all that it started. @default false */
  readonly holdsNothing?: boolean;
  /** Returns what to show of the output if the run was interrupted. @default - standard error, or else standard output */
  readonly printed?: ((result: ProcessResult) => string) | undefined;
}

/** How a program ended. */
export interface ProcessResult {
  /** Null if a signal ended the program. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds between two looks at the output of a running program. */
const LOOK = 200;

/**
 * Runs a program to its end. The program has a process group of its own and gets one interrupt at most, because a second
 * one makes Terraform exit without saving its state. If SIGKILL ends this process, the program finishes what it began.
 * @throws UserError if the run was interrupted, however the program ended
 * @throws the error of the operating system if the program cannot be started
 */
export function runProcess(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const [stdout, stderr] = [outputFile(), outputFile()];
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", stdout.descriptor, stderr.descriptor],
      detached: true,
    });
    const finish = beginUncut();
    let interrupted = false;
    const silence = onStopSignal((signal) => {
      if (!interrupted) stop(child, options);
      else if (process.listenerCount(signal) === 1) {
        // Nobody but this run listens: a second signal ends this process, and the program finishes what it began.
        silence();
        process.kill(process.pid, signal);
      }
      interrupted = true;
    });
    const report = lineReporter(options.onLine ?? ((): void => undefined));
    const looking = setInterval(() => {
      if (options.onLine !== undefined) report(stdout.text());
    }, LOOK);
    let failure: Error | undefined;
    child.on("error", (error) => (failure = error));
    // Node emits this event last, also after an error.
    child.on("close", (code) => {
      finish();
      clearInterval(looking);
      silence();
      const result = { code, stdout: stdout.text(), stderr: stderr.text() };
      for (const file of [stdout, stderr]) file.close();
      report(result.stdout);
      if (failure !== undefined) reject(failure);
      else if (interrupted) reject(new UserError([interruption(command, args, result, options)], "unknown"));
      else resolve(result);
    });
  });
}

/** Ends a program that holds nothing with all that it started, and asks any other one to stop. */
function stop(child: ChildProcess, { holdsNothing = false }: ProcessOptions): void {
  const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (holdsNothing && isRunning) process.kill(-child.pid, "SIGKILL");
  else child.kill("SIGINT");
}

function interruption(
  command: string,
  args: readonly string[],
  result: ProcessResult,
  { printed = ({ stdout, stderr }) => stderr.trim() || stdout.trim() }: ProcessOptions,
): Problem {
  const output = result.code === 0 ? "" : printed(result).split("\n").join("\n    ");
  return {
    code: "interrupted",
    path: [command, ...args.filter((arg) => !arg.startsWith("-"))].join(" "),
    message: `was interrupted${output === "" ? "" : `, and printed:\n\n    ${output}\n`}`,
    fix: "Run the command again: it continues where it stopped.",
  };
}

/** Returns a function that takes a growing text and reports each complete line once. */
function lineReporter(onLine: (line: string) => void): (text: string) => void {
  let reported = 0;
  return (text) => {
    const lines = text.split("\n").slice(0, -1);
    for (const line of lines.slice(reported)) onLine(line);
    reported = lines.length;
  };
}
