import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../engine/spoken-engine";
import { UserError } from "../problem/problem";

/** A command that gets the input, the output and the signals of this process. */
export interface AttachedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the log has to hold: Terraform names its locks at INFO, OpenTofu at DEBUG. */
  readonly logLevel: "INFO" | "DEBUG";
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
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const LOG_SETTINGS = ["TF_LOG", "TF_LOG_CORE", "TF_LOG_PATH"];
const KEPT = 256 * 1024;

/**
 * Runs a command with the standard input of this process. It forwards the output at once and keeps its end: standard error
 * through a pipe, and standard output too unless it is a terminal. It makes the engine log the locks that it tries to take,
 * to a private file that it deletes afterwards.
 * @throws UserError if the command cannot be started
 */
export async function runAttached(command: AttachedCommand): Promise<AttachedResult> {
  const mayLog = !LOG_SETTINGS.some((name) => command.env[name] !== undefined);
  const folder = mayLog ? mkdtempSync(join(tmpdir(), "statelock-run-")) : undefined;
  const logFile = folder === undefined ? undefined : join(folder, "engine.log");
  const logging = logFile === undefined ? {} : { TF_LOG_CORE: command.logLevel, TF_LOG_PATH: logFile };
  try {
    const result = await ended(command, { ...command.env, ...logging });
    return { ...result, log: logFile === undefined ? "" : readIfThere(logFile) };
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function ended({ command, args, cwd }: AttachedCommand, env: NodeJS.ProcessEnv): Promise<Omit<AttachedResult, "log">> {
  // At a terminal, Ctrl+C reaches the child directly. A second interrupt makes Terraform exit without saving its state.
  const atTerminal = process.stdin.isTTY;
  const stdout = process.stdout.isTTY && !args.includes("-json") ? "inherit" : "pipe";
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd, env, stdio: ["inherit", stdout, "pipe"], detached: !atTerminal });
    const output = [keep(child.stderr, process.stderr), keep(child.stdout, process.stdout)];
    let interrupted = false;
    const handlers = SIGNALS.map((signal) => {
      const forward = (): void => {
        interrupted = true;
        if (!(atTerminal && signal === "SIGINT")) child.kill(signal);
      };
      process.on(signal, forward);
      return { signal, forward };
    });
    const done = (): void => {
      for (const { signal, forward } of handlers) process.removeListener(signal, forward);
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

/** Forwards a stream and keeps its end. */
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
    return ""; // The command was no engine.
  }
}

function missing(command: string, error: Error): { code: string; path: string; message: string; fix: string } {
  return {
    code: "command-missing",
    path: command,
    message: `could not be started: ${error.message}`,
    fix: `Write the command after --: \`statelock locks run -- ${program()} apply\``,
  };
}
