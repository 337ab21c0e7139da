import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DataFolder, InitPort, InitRoot, Interrupted } from "../migrate/step/init-port";
import { movedState } from "../migrate/step/moved-state";
import { initializedBackend } from "../state/initialized-backend";
import { UserError, type Problem } from "../problem/problem";
import { dataFolder, putBack, readDataFolder } from "./data-folder";
import { missingEngine } from "./find-engine";
import { lockLogLevel, withLockLog } from "./lock-log";
import { withTrustedPath } from "./trusted-path";
import { runProcess, type ProcessResult } from "./run-process";
import { shellQuoted } from "../text/shell-quoted";

/** What {@link rootCommands} needs. */
interface RootCommandOptions {
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `-var=…` and `-var-file=…`, for init and plan. @default - none */
  readonly variables?: readonly string[];
  /** Receives the log of each plan when it has grown: Terraform logs a lock before it asks for it. */
  readonly onLog?: (log: string) => void;
}

/** Exit code of `plan -detailed-exitcode` for a plan with changes. */
const HAS_CHANGES = 2;

/** How often to start a plan that met a lock at the moment of its release. */
const MOST_PLANS = 5;

/** Runs each root's engine in its folder. It does not show the output of a plan, which may contain secrets. */
export function rootCommands({ workingDirectory, env, variables = [], onLog }: RootCommandOptions): InitPort {
  // A workspace that the shell selects for one root must not apply to other roots.
  const own = { TF_WORKSPACE: undefined, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
  const run = async (
    { root, engine }: InitRoot,
    args: readonly string[],
    data: DataFolder,
    onLog?: (log: string) => void,
  ): Promise<Ran> => {
    const cwd = resolve(workingDirectory, root);
    const start = (all: typeof env): Promise<Ran> =>
      runProcess(engine.binary, [...args, ...variables, "-input=false", "-no-color"], { cwd, env: all });
    const all = { ...withTrustedPath(env, workingDirectory), ...own, TF_DATA_DIR: data ?? env["TF_DATA_DIR"] };
    try {
      return onLog === undefined
        ? await start(all)
        : (await withLockLog(all, lockLogLevel(engine), start, onLog)).value;
    } catch (error) {
      return error instanceof UserError ? "interrupted" : missingEngine(engine, error, root);
    }
  };
  const ownFolder = ({ root }: InitRoot): string => dataFolder(resolve(workingDirectory, root), env);
  return {
    initialized: (root) => {
      const found = initializedBackend(readDataFolder(ownFolder(root)).backend);
      if (found?.type !== "s3") return undefined;
      return { bucket: found.bucket, key: found.key, endpoint: found.endpoint === "" ? undefined : found.endpoint };
    },
    withScratch: async (work) => {
      const folder = await mkdtemp(join(tmpdir(), "statelock-init-"));
      try {
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    init: async (root, setup, data) => {
      const files = setup.partials.map((file) => `-backend-config=${resolve(workingDirectory, file)}`);
      const folder = data ?? ownFolder(root);
      const before = readDataFolder(folder);
      // TF_CLI_ARGS_init may hold -force-copy, which copies a forgotten local state over the one in the bucket.
      const never = ["-migrate-state=false", "-force-copy=false"];
      const result = await run(root, ["init", "-reconfigure", ...never, ...files], data);
      // An init that fails later, or that was stopped, may have written another backend before.
      const isScratch = data !== undefined;
      const texts = { before: isScratch ? NOTHING : before, after: readDataFolder(folder) };
      const moved = movedState(root, setup, texts, env);
      if (moved !== undefined) {
        putBack(folder, before);
        return moved;
      }
      if (!hasEnded(result)) return result;
      return result.code === 0 ? undefined : failure(root, "init -reconfigure", result);
    },
    plan: async (root, data) => {
      const plan = (): Promise<Ran> => run(root, ["plan", "-detailed-exitcode", "-lock-timeout=5m"], data, onLog);
      let result = await plan();
      for (let runs = 1; runs < MOST_PLANS && lockWasGone(result); runs += 1) result = await plan();
      if (!hasEnded(result)) return result;
      if (result.code === 0) return "unchanged";
      return result.code === HAS_CHANGES ? "changes" : failure(root, "plan", result);
    },
    clock: () => performance.now(),
  };
}

/** A folder in which no engine ran. */
const NOTHING = { backend: undefined, workspace: undefined };

type Ran = ProcessResult | Interrupted | Problem;

function hasEnded(result: Ran): result is ProcessResult {
  return typeof result !== "string" && "stderr" in result;
}

/**
 * True if the lock was released while the engine read its holder. Terraform 1.11 to 1.15 and OpenTofu 1.12 then fail at once, whatever
 * -lock-timeout says. Source: internal/states/statemgr/locker.go, LockWithContext
 */
function lockWasGone(result: Ran): boolean {
  return (
    hasEnded(result) &&
    result.code === 1 &&
    result.stderr.includes("Error acquiring the state lock") &&
    !result.stderr.includes("Lock Info:")
  );
}

function failure({ root, engine }: InitRoot, command: string, { code, stderr }: ProcessResult): Problem {
  const ended = code === null ? "was ended by a signal" : `ended with exit code ${String(code)}`;
  const output = stderr.trim() === "" ? "" : `:\n\n    ${stderr.trim().split("\n").join("\n    ")}\n`;
  return {
    code: "terraform-failed",
    path: root,
    message: `failed: \`${engine.name} ${command}\` ${ended}${output}`,
    fix: `Fix what it reports, then run \`statelock migrate init --root ${shellQuoted(root)}\`.`,
  };
}
