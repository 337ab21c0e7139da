import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { inheritedEnvironment } from "./child-environment";
import { startCommand } from "./command";
import { PROJECT_ROOT } from "./project-root";

/** The version whose mistakes the stand-in corrects. */
const MOTO_VERSION = "5.2.1";

export const MOTO_ADVICE = `pip install 'moto[server]==${MOTO_VERSION}'`;

const PRIVATE_PLACE = join(PROJECT_ROOT, ".statelock", `moto-${MOTO_VERSION}`);

/**
 * Returns the moto_server to use: STATELOCK_MOTO_SERVER, otherwise the one on PATH if it is moto 5.1 or a later 5,
 * otherwise the private one of {@link installMotoServer}. Undefined if nothing is usable.
 */
export function findMotoServer(env: NodeJS.ProcessEnv = process.env, place = PRIVATE_PLACE): string | undefined {
  if (env["STATELOCK_MOTO_SERVER"]) return env["STATELOCK_MOTO_SERVER"];
  const onPath = (env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, "moto_server"));
  return [...onPath, join(place, "bin", "moto_server")].find((file) => existsSync(file) && isUsable(file));
}

interface InstallOptions {
  /** @default "python3" */
  readonly python?: string;
  /** @default - .statelock/moto-<version> of this checkout */
  readonly place?: string;
  /** Gets a line for each step. */
  readonly onProgress?: (line: string) => void;
}

/** Makes the private moto_server (some 200 MB, a minute or two), or throws with what to do instead. */
export async function installMotoServer(options: InstallOptions = {}): Promise<string> {
  const { python = "python3", place = PRIVATE_PLACE, onProgress = () => undefined } = options;
  const server = join(place, "bin", "moto_server");
  if (existsSync(server) && isUsable(server)) return server;
  onProgress(`making a Python environment in ${place}`);
  await step(place, python, ["-m", "venv", "--clear", place], onProgress);
  onProgress(`installing moto ${MOTO_VERSION} into it`);
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", `moto[server]==${MOTO_VERSION}`];
  await step(place, join(place, "bin", "python"), pip, onProgress);
  return server;
}

type Tell = (line: string) => void;

async function step(place: string, command: string, args: readonly string[], tell: Tell): Promise<void> {
  const onStdout = (text: string): void => {
    text.split("\n").filter(Boolean).forEach(tell);
  };
  // The caller's environment stays: pip's index and proxy settings are in it.
  const env = { ...inheritedEnvironment(process.env) };
  const result = await startCommand(command, args, { cwd: PROJECT_ROOT, env, timeoutMs: 600_000, onStdout }).done;
  if (result.code === 0) return;
  rmSync(place, { recursive: true, force: true });
  const why = result.stderr.trim().split("\n").slice(-3).join("\n");
  throw new Error(
    `moto_server could not be installed: "${result.command}" ended with ${String(result.code ?? result.signal)}.\n${why}\n` +
      `Install it by hand so that moto_server is on PATH: ${MOTO_ADVICE}\n` +
      `or name another one in STATELOCK_MOTO_SERVER.`,
  );
}

/** Asks the Python behind a moto_server which moto it has, and whether the server's own requirements are there. */
function isUsable(server: string): boolean {
  const question = "import flask, flask_cors; from importlib.metadata import version; print(version('moto'))";
  const answer = spawnSync(pythonOf(server), ["-c", question], { encoding: "utf8", timeout: 180_000 });
  if (answer.status !== 0) return false;
  const [major = 0, minor = 0] = answer.stdout.trim().split(".").map(Number);
  return major === 5 && minor >= 1;
}

/** The interpreter named in the script's first line; version managers put a shell there and a python beside it. */
export function pythonOf(server: string): string {
  const named = /^#!\s*(\S*python[\d.]*)\s*$/.exec(readFileSync(server, "utf8").split("\n")[0] ?? "")?.[1];
  return named ?? ["python3", "python"].map((name) => join(dirname(server), name)).find(existsSync) ?? "python3";
}
