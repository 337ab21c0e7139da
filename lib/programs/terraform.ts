import type { Plan, TerraformPort } from "../bootstrap/port";
import { UserError, type Problem } from "../problem/problem";
import { parseJson } from "../text/parse-json";
import { plainText } from "../text/plain-text";
import { parsePlan } from "./plan-summary";
import { runProcess, type ProcessResult } from "./run-process";

/** What {@link terraformIn} needs. */
export interface TerraformOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name or path of the binary. @default "terraform" */
  readonly binary?: string | undefined;
}

/** The lowest supported version, and how long a run waits for the lock of another run. */
const MINIMUM = [1, 11] as const;
const LOCK_TIMEOUT = "-lock-timeout=5m";
const PLAN_FILE = "statelock.tfplan";
/** Exit code of `plan -detailed-exitcode` for a plan with changes, also of outputs or imports alone. */
const CHANGES = 2;
const NOTHING_PLANNED: Plan = { changes: [], outputsChange: false };

/** Runs the terraform binary in the folder of a synthesized stack. */
export function terraformIn(options: TerraformOptions): TerraformPort {
  const binary = options.binary ?? "terraform";
  // A workspace or data folder that the shell selects for another root must not apply to this stack.
  const own = { TF_WORKSPACE: "default", TF_DATA_DIR: undefined };
  const env = { ...options.env, ...own, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
  const run = async (args: readonly string[], onLine?: (line: string) => void): Promise<ProcessResult> => {
    try {
      return await runProcess(binary, args, { cwd: options.directory, env, onLine });
    } catch (error) {
      throw error instanceof UserError ? error : new UserError([missing(binary, error)], "unknown");
    }
  };
  const succeed = async (args: readonly string[], codes: readonly number[] = [0]): Promise<ProcessResult> => {
    const result = await run(args);
    if (result.code === null || !codes.includes(result.code)) throw new UserError([failure(args, result)], "unknown");
    return result;
  };

  return {
    version: async () => {
      const { stdout } = await succeed(["version", "-json"]);
      const version = versionIn(stdout);
      if (version === undefined || !isSupported(version)) throw new UserError([tooOld(version ?? stdout)]);
      return version;
    },
    init: async () => {
      await succeed(["init", "-input=false", "-no-color", "-reconfigure"]);
    },
    plan: async ({ lock }) => {
      const locking = lock ? LOCK_TIMEOUT : "-lock=false";
      const args = ["plan", "-input=false", "-no-color", "-detailed-exitcode", locking, `-out=${PLAN_FILE}`];
      const { code } = await succeed(args, [0, CHANGES]);
      if (code !== CHANGES) return NOTHING_PLANNED;
      return parsePlan((await succeed(["show", "-json", PLAN_FILE])).stdout);
    },
    apply: async (onProgress) => {
      const result = await run(["apply", "-input=false", "-json", LOCK_TIMEOUT, PLAN_FILE], (line) => {
        const message = uiMessage(line);
        if (message?.type.startsWith("apply_") === true) onProgress(message["@message"]);
      });
      if (result.code !== 0)
        throw new UserError([failure(["apply"], { ...result, stderr: diagnostics(result) })], "unknown");
    },
  };
}

/** One line of the machine-readable UI of Terraform. Source: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
interface UiMessage {
  readonly type: string;
  readonly "@message": string;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

function uiMessage(line: string): UiMessage | undefined {
  return line.startsWith("{") ? (JSON.parse(line) as UiMessage) : undefined;
}

function diagnostics(result: ProcessResult): string {
  const errors = result.stdout
    .split("\n")
    .map(uiMessage)
    .filter((message) => message?.diagnostic?.severity === "error");
  const texts = errors.map((message) => `${message?.diagnostic?.summary ?? ""}\n${message?.diagnostic?.detail ?? ""}`);
  return [...texts, result.stderr].join("\n").trim();
}

/** Returns the version from `terraform version -json`; undefined if the output has none, as with another program. */
function versionIn(stdout: string): string | undefined {
  const answer = parseJson(stdout) as { readonly terraform_version?: unknown } | null | undefined;
  const version = answer?.terraform_version;
  return typeof version === "string" ? version : undefined;
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

function tooOld(version: string): Problem {
  return {
    code: "terraform-version",
    path: "terraform",
    message: `must be ${MINIMUM.join(".")} or later, got ${plainText(version.trim().split("\n")[0] ?? "", 80)}`,
    fix: "Install a newer Terraform: native locking is generally available since 1.11.",
  };
}

function missing(binary: string, error: unknown): Problem {
  return {
    code: "terraform-missing",
    path: binary,
    message: `could not be started: ${error instanceof Error ? error.message : String(error)}`,
    fix: "Install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME to its path.",
  };
}

function failure(args: readonly string[], result: ProcessResult): Problem {
  const output = (result.stderr.trim() || result.stdout.trim()).split("\n").join("\n    ");
  const ended = result.code === null ? "was ended by a signal" : `ended with exit code ${String(result.code)}`;
  return {
    code: "terraform-failed",
    path: `terraform ${args.filter((arg) => !arg.startsWith("-")).join(" ")}`,
    message: `${ended}:\n\n    ${output}\n`,
    fix: "Fix what Terraform reports, then run the command again: it continues where it stopped.",
  };
}
