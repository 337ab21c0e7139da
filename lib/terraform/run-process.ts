import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a program is to be run. */
export interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with every line of standard output as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a program ended. */
export interface ProcessResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. The child has a process group of its own, and an interrupt is handed on to it once: a
 * second one would make Terraform give up without saving its state.
 * @throws the operating system's error when the program cannot be started
 */
export function runProcess(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const handOn = (): void => {
      child.kill("SIGINT");
    };
    process.once("SIGINT", handOn);
    process.once("SIGTERM", handOn);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    if (options.onLine !== undefined) createInterface({ input: child.stdout }).on("line", options.onLine);
    const done = (): void => {
      process.removeListener("SIGINT", handOn);
      process.removeListener("SIGTERM", handOn);
    };
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code) => {
      done();
      resolve({ code, stdout, stderr });
    });
  });
}
