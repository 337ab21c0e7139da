import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { DataFolder, InitPort, InitRoot, Interrupted, StateAddress } from "../migrate/step/init-port";
import { plainFileText } from "../files/plain-file";
import { writeWhole } from "../files/whole-file";
import { parseJson } from "../text/parse-json";
import { UserError, type Problem } from "../problem/problem";
import { missingEngine } from "./find-engine";
import { lockLogLevel, withLockLog } from "./lock-log";
import { withTrustedPath } from "./trusted-path";
import { runProcess, type ProcessResult } from "./run-process";

/** What {@link rootCommands} needs. */
export interface RootCommandOptions {
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives the log of each plan when it has grown: Terraform logs a lock before it asks for it. */
  readonly onLog?: (log: string) => void;
}

/** Exit code of `plan -detailed-exitcode` for a plan with changes. */
const HAS_CHANGES = 2;

/** How often to start a plan that met a lock at the moment of its release. */
const MOST_PLANS = 5;

/** Runs each root's engine in its folder. It does not show the output of a plan, which may contain secrets. */
export function rootCommands({ workingDirectory, env, onLog }: RootCommandOptions): InitPort {
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
      runProcess(engine.binary, [...args, "-input=false", "-no-color"], { cwd, env: all });
    const all = { ...withTrustedPath(env, workingDirectory), ...own, TF_DATA_DIR: data };
    try {
      return onLog === undefined
        ? await start(all)
        : (await withLockLog(all, lockLogLevel(engine), start, onLog)).value;
    } catch (error) {
      return error instanceof UserError ? "interrupted" : missingEngine(engine, error, root);
    }
  };
  return {
    initialized: ({ root }) => initializedWith(resolve(workingDirectory, root, ".terraform", "terraform.tfstate")),
    withScratch: async (work) => {
      const folder = await mkdtemp(join(tmpdir(), "statelock-init-"));
      try {
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    init: async (root, partials, data) => {
      const files = partials.map((file) => `-backend-config=${resolve(workingDirectory, file)}`);
      const path = join(data ?? resolve(workingDirectory, root.root, ".terraform"), "terraform.tfstate");
      const textOf = (): string | undefined => plainFileText(path);
      const before = textOf();
      const result = await run(root, ["init", "-reconfigure", ...files], data);
      if (!hasEnded(result)) return result;
      if (result.code !== 0) return failure(root, "init -reconfigure", result);
      // OpenTofu reads variables in a backend: the environment of this run may lead to another state.
      const [was, is] = [before, textOf()].map((text) => addressText(text, env));
      if (data !== undefined || before === undefined || was === undefined || was === is) return undefined;
      writeWhole(path, before, 0o600);
      return moved(root, was, is ?? "no S3 backend");
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

type Ran = ProcessResult | Interrupted | Problem;

function hasEnded(result: Ran): result is ProcessResult {
  return typeof result !== "string" && "stderr" in result;
}

const INITIALIZED = z.object({
  backend: z.object({
    type: z.string(),
    config: z.object({
      bucket: z.string().nullish(),
      key: z.string().nullish(),
      workspace_key_prefix: z.string().nullish(),
      endpoint: z.string().nullish(),
      endpoints: z.object({ s3: z.string().nullish() }).nullish(),
    }),
  }),
});

/** Returns the state of an initialized root as text; undefined for another backend. */
function addressText(text: string | undefined, env: RootCommandOptions["env"]): string | undefined {
  const read = INITIALIZED.safeParse(parseJson(text ?? ""));
  if (!read.success || read.data.backend.type !== "s3") return undefined;
  const { bucket, key, workspace_key_prefix: prefix } = read.data.backend.config;
  const endpoint = endpointIn(read.data.backend.config) ?? env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"];
  const at = endpoint === undefined ? "" : ` at ${endpoint}`;
  return `s3://${bucket ?? "?"}/${key ?? "?"}${prefix === undefined || prefix === null ? "" : `, workspaces below ${prefix}`}${at}`;
}

/** Returns the endpoint that a backend names. */
function endpointIn({ endpoint, endpoints }: z.infer<typeof INITIALIZED>["backend"]["config"]): string | undefined {
  return endpoints?.s3 ?? endpoint ?? undefined;
}

function moved({ root, engine }: InitRoot, was: string, is: string): Problem {
  return {
    code: "state-moved",
    path: root,
    message: `must stay on its state ${was}, but \`${engine.name} init\` led to ${is}. Statelock put .terraform back`,
    fix: `Look for variables in the backend (TF_VAR_…, .tfvars) and for an edit of its key. If the move is meant, run \`${engine.name} init\` in that root yourself.`,
  };
}

/** Reads the backend that a root is initialized with. Source: internal/command/workdir/backend_state.go */
function initializedWith(path: string): StateAddress | undefined {
  const read = INITIALIZED.safeParse(parseJson(plainFileText(path) ?? ""));
  if (!read.success) return undefined;
  const { type, config } = read.data.backend;
  if (type !== "s3") return undefined;
  return { bucket: config.bucket ?? undefined, key: config.key ?? undefined, endpoint: endpointIn(config) };
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
    fix: `Fix what it reports, then run \`statelock migrate init --root ${root}\`.`,
  };
}
