import { existsSync } from "node:fs";
import { join } from "node:path";
import { inheritedEnvironment } from "./child-environment";
import { startCommand } from "./command";
import { PROJECT_ROOT } from "./project-root";

/** The other versions of Node that Statelock supports, as packages. Their folder is not the project's node_modules. */
const PACKAGES = { 22: "node@22.23.3", 24: "node@24.21.0" } as const;
const PLACE = join(PROJECT_ROOT, ".statelock", "nodes");

/** A version of Node, and the program. */
export interface NodeVersion {
  readonly major: number;
  readonly program: string;
}

/**
 * Returns this Node and, from npm, the other supported ones. Without a registry it says so on standard error and returns
 * what there is.
 */
export async function nodeVersions(): Promise<readonly NodeVersion[]> {
  const own = { major: Number(process.versions.node.split(".")[0]), program: process.execPath };
  const others = Object.keys(PACKAGES)
    .map(Number)
    .filter((major) => major !== own.major)
    .map((major) => ({ major, program: join(PLACE, "node_modules", `node-${String(major)}`, "bin", "node") }));
  if (others.some(({ program }) => !existsSync(program))) await install();
  return [own, ...others.filter(({ program }) => existsSync(program))];
}

async function install(): Promise<void> {
  const specs = Object.entries(PACKAGES).map(([major, spec]) => `node-${major}@npm:${spec}`);
  const args = ["install", "--prefix", PLACE, "--no-save", "--no-audit", "--no-fund", "--foreground-scripts", ...specs];
  const env = { ...inheritedEnvironment(process.env) };
  const result = await startCommand("npm", args, { cwd: PROJECT_ROOT, env, timeoutMs: 300_000 }).done;
  if (result.code === 0) return;
  const why = result.stderr.trim().split("\n").at(-1) ?? "";
  process.stderr.write(`SKIPPED: Node 22 and 24 could not be installed from npm, so only this Node runs: ${why}\n`);
}
