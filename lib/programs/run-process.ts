import { spawn } from "node:child_process";
import { UserError, type Problem } from "../problem/problem";
import { outputFile } from "./output-file";

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

/** How often a running program's output is looked at, in milliseconds. */
const LOOK = 200;

/**
 * Runs a program to its end. The child has a process group of its own, and an interrupt is handed on to it once: a
 * second one would make Terraform give up without saving its state. Killed without a word, this process leaves the child
 * to finish what it began.
 * @throws UserError when it was interrupted, however it ended then
 * @throws the operating system's error when the program cannot be started
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
    let interrupted = false;
    const handOn = (): void => {
      interrupted = true;
      child.kill("SIGINT");
    };
    process.once("SIGINT", handOn);
    process.once("SIGTERM", handOn);
    const tell = lineTeller(options.onLine ?? ((): void => undefined));
    const looking = setInterval(() => {
      if (options.onLine !== undefined) tell(stdout.text());
    }, LOOK);
    let failure: Error | undefined;
    child.on("error", (error) => (failure = error));
    // Comes last, also after an error.
    child.on("close", (code) => {
      clearInterval(looking);
      process.removeListener("SIGINT", handOn);
      process.removeListener("SIGTERM", handOn);
      const result = { code, stdout: stdout.text(), stderr: stderr.text() };
      for (const file of [stdout, stderr]) file.close();
      tell(result.stdout);
      if (failure !== undefined) reject(failure);
      else if (interrupted) reject(new UserError([interruption(command, args, result)], "unknown"));
      else resolve(result);
    });
  });
}

function interruption(command: string, args: readonly string[], { code, stdout, stderr }: ProcessResult): Problem {
  const said = code === 0 ? "" : (stderr.trim() || stdout.trim()).split("\n").join("\n    ");
  return {
    code: "interrupted",
    path: [command, ...args.filter((arg) => !arg.startsWith("-"))].join(" "),
    message: `must run to its end, but was interrupted${said === "" ? "" : `, and said:\n\n    ${said}\n`}`,
    fix: "Run the command again: it goes on where it stopped.",
  };
}

/** Tells each whole line once, of a text that grows. */
function lineTeller(onLine: (line: string) => void): (text: string) => void {
  let told = 0;
  return (text) => {
    const lines = text.split("\n").slice(0, -1);
    for (const line of lines.slice(told)) onLine(line);
    told = lines.length;
  };
}
