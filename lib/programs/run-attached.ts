import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../problem/problem";

/** A command to run in the place of this process: its input, its output, its signals. */
export interface AttachedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How it ended. */
export interface AttachedResult {
  /** As a shell would give it. */
  readonly code: number;
  /** The end of what it wrote, errors first. */
  readonly output: string;
  /** What Terraform logged; empty where the caller has logging settings of their own. */
  readonly log: string;
  readonly interrupted: boolean;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const LOG_SETTINGS = ["TF_LOG", "TF_LOG_CORE", "TF_LOG_PATH"];
const KEPT = 256 * 1024;

/**
 * Runs a command with this process's standard input. What it writes goes on at once, and its end is kept: errors are
 * read through a pipe, standard output too where it is no terminal. Terraform is asked to log the locks it tries to
 * take, to a private file that is deleted afterwards.
 * @throws UserError when it cannot be started
 */
export async function runAttached(command: AttachedCommand): Promise<AttachedResult> {
  const mayLog = !LOG_SETTINGS.some((name) => command.env[name] !== undefined);
  const folder = mayLog ? mkdtempSync(join(tmpdir(), "statelock-run-")) : undefined;
  const logFile = folder === undefined ? undefined : join(folder, "terraform.log");
  const logging = logFile === undefined ? {} : { TF_LOG_CORE: "INFO", TF_LOG_PATH: logFile };
  try {
    const result = await ended(command, { ...command.env, ...logging });
    return { ...result, log: logFile === undefined ? "" : readIfThere(logFile) };
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function ended({ command, args, cwd }: AttachedCommand, env: NodeJS.ProcessEnv): Promise<Omit<AttachedResult, "log">> {
  // At a terminal Ctrl+C reaches the child by itself; a second one would make Terraform give up its state.
  const atTerminal = process.stdin.isTTY;
  const stdout = process.stdout.isTTY && !args.includes("-json") ? "inherit" : "pipe";
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd, env, stdio: ["inherit", stdout, "pipe"], detached: !atTerminal });
    const output = [keep(child.stderr, process.stderr), keep(child.stdout, process.stdout)];
    let interrupted = false;
    const handlers = SIGNALS.map((signal) => {
      const handOn = (): void => {
        interrupted = true;
        if (!(atTerminal && signal === "SIGINT")) child.kill(signal);
      };
      process.on(signal, handOn);
      return { signal, handOn };
    });
    const done = (): void => {
      for (const { signal, handOn } of handlers) process.removeListener(signal, handOn);
    };
    child.on("error", (error) => {
      done();
      reject(new UserError([missing(command, error)], "unknown"));
    });
    child.on("close", (code, signal) => {
      done();
      const number = signal === null ? 0 : constants.signals[signal];
      resolve({ code: code ?? 128 + number, output: output.map((text) => text()).join("\n"), interrupted });
    });
  });
}

/** Sends everything on, and keeps the end of it. */
function keep(stream: ChildProcess["stdout"], to: NodeJS.WriteStream): () => string {
  let text = "";
  stream?.on("data", (chunk: Buffer) => {
    to.write(chunk);
    text = (text + chunk.toString("utf8")).slice(-KEPT);
  });
  return () => text;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // It was no Terraform.
  }
}

function missing(command: string, error: Error): { code: string; path: string; message: string; fix: string } {
  return {
    code: "command-missing",
    path: command,
    message: `must be a program that can be started, got ${error.message}`,
    fix: "Write the command behind --: statelock locks run -- terraform apply",
  };
}
