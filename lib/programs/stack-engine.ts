import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnginePort, Plan } from "../bootstrap/bootstrap-ports";
import { productOf, type Engine } from "../engine/engine";
import { speakOf } from "../engine/spoken-engine";
import { parseJson } from "../text/parse-json";
import { UserError, type Problem } from "../problem/problem";
import { missingEngine, versionVerdict } from "./find-engine";
import { lockLogLevel, withLockLog } from "./lock-log";
import { parsePlan } from "./plan-summary";
import { runProcess, type ProcessOptions, type ProcessResult } from "./run-process";

/** What {@link engineIn} needs. */
interface EngineOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Returns the engine to start. It is asked at each start, because the config may name it only after a synth. */
  readonly engine: () => Engine;
  /** Receives the engine's log while it may lock the state. @default - nobody looks */
  readonly onLog?: ((log: string) => void) | undefined;
}

/** How long a run waits for the lock of another run. */
const LOCK_TIMEOUT = "-lock-timeout=5m";
/** The saved plan, in the stack's folder. It can hold secrets, so every end of the run removes it. */
export const PLAN_FILE = "statelock.tfplan";
/** Exit code of `plan -detailed-exitcode` for a plan with changes, also of outputs or imports alone. */
const CHANGES = 2;
const NOTHING_PLANNED: Plan = { changes: [], outputsChange: false };

/** Runs an engine in the folder of a synthesized stack. */
export function engineIn(options: EngineOptions): EnginePort {
  // A workspace or data folder that the shell selects for another root must not apply to this stack.
  const own = { TF_WORKSPACE: "default", TF_DATA_DIR: undefined };
  const env = { ...options.env, ...own, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
  const run = async (
    args: readonly string[],
    { onLine, printed }: Partial<Pick<ProcessOptions, "onLine" | "printed">> = {},
  ): Promise<ProcessResult> => {
    const engine = options.engine();
    const start = (all: typeof options.env): Promise<ProcessResult> =>
      runProcess(engine.binary, args, { cwd: options.directory, env: all, onLine, printed });
    try {
      if (options.onLog === undefined || !args.includes(LOCK_TIMEOUT)) return await start(env);
      return (await withLockLog(env, lockLogLevel(engine), start, options.onLog)).value;
    } catch (error) {
      throw error instanceof UserError ? error : new UserError([missingEngine(engine, error)], "unknown");
    }
  };
  const failed = (args: readonly string[], result: ProcessResult): UserError =>
    new UserError([failure(options.engine(), args, result)], "unknown");
  const succeed = async (args: readonly string[], codes: readonly number[] = [0]): Promise<ProcessResult> => {
    const result = await run(args);
    if (result.code === null || !codes.includes(result.code)) throw failed(args, result);
    return result;
  };

  return {
    version: async () => {
      const verdict = versionVerdict(options.engine(), (await succeed(["version"])).stdout);
      if ("code" in verdict) throw new UserError([verdict]);
      speakOf(verdict.name);
      return verdict.title;
    },
    init: async () => {
      await succeed(["init", "-input=false", "-no-color", "-reconfigure"]);
    },
    plan: async ({ lock }) => {
      const locking = lock ? LOCK_TIMEOUT : "-lock=false";
      const args = ["plan", "-input=false", "-no-color", "-detailed-exitcode", locking, `-out=${PLAN_FILE}`];
      emptyPlanFile(join(options.directory, PLAN_FILE));
      const { code } = await succeed(args, [0, CHANGES]);
      if (code !== CHANGES) return NOTHING_PLANNED;
      return parsePlan((await succeed(["show", "-json", PLAN_FILE])).stdout);
    },
    apply: async (onProgress) => {
      const onLine = (line: string): void => {
        const message = uiMessage(line);
        if (message?.type?.startsWith("apply_") === true) onProgress(message["@message"] ?? "");
      };
      const args = ["apply", "-input=false", "-json", LOCK_TIMEOUT, PLAN_FILE];
      const result = await run(args, { onLine, printed: diagnostics });
      if (result.code !== 0) throw failed(["apply"], { ...result, stderr: diagnostics(result) });
    },
  };
}

/** Creates the file of the plan for its owner alone. The engine writes into it, and keeps the mode. */
function emptyPlanFile(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, "", { flag: "wx", mode: 0o600 });
}

/** One line of the machine-readable UI of both engines. Source: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
interface UiMessage {
  readonly type?: string;
  readonly "@message"?: string;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

/** Returns the message of a line. Undefined for another text, and for a line that a killed engine cut off. */
function uiMessage(line: string): UiMessage | undefined {
  return line.startsWith("{") ? (parseJson(line) as UiMessage | undefined) : undefined;
}

function diagnostics(result: ProcessResult): string {
  const errors = result.stdout
    .split("\n")
    .map(uiMessage)
    .filter((message) => message?.diagnostic?.severity === "error");
  const texts = errors.map((message) => `${message?.diagnostic?.summary ?? ""}\n${message?.diagnostic?.detail ?? ""}`);
  return [...texts, result.stderr].join("\n").trim();
}

function failure({ name }: Engine, args: readonly string[], result: ProcessResult): Problem {
  const output = (result.stderr.trim() || result.stdout.trim()).split("\n").join("\n    ");
  const ended = result.code === null ? "was ended by a signal" : `ended with exit code ${String(result.code)}`;
  return {
    code: "terraform-failed",
    path: `${name} ${args.filter((arg) => !arg.startsWith("-")).join(" ")}`,
    message: `${ended}:\n\n    ${output}\n`,
    fix: neverEchoes(output)
      ? "This store took the lifecycle rules and does not return them as they were written, so the AWS provider waits three minutes and gives up. Deploy to AWS, or to a store whose GetBucketLifecycleConfiguration returns what was put; for a trial, `npm run sandbox` in a clone has one."
      : `Fix what ${productOf(name)} reports, then run the command again: it continues where it stopped.`,
  };
}

/** True if the provider waited in vain for the lifecycle rules that it wrote. AWS returns them within a minute or two. */
function neverEchoes(output: string): boolean {
  return /lifecycle/i.test(output) && output.includes("timeout while waiting for state to become");
}
