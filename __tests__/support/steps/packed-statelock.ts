import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../../../lab/machine/project-root";
import { requireSuccess } from "../../../lab/machine/require-success";
import type { CommandResult, Workspace } from "../../../lab/machine/workspace";

/** The package that npm would publish, with its types; `npm pack` of this checkout. */
export interface PackedStatelock {
  /** Path of the package file. */
  readonly file: string;
  /** Paths of what it holds. */
  readonly contents: readonly string[];
  /** Unpacks it into a folder's node_modules, as npm does, and links packages of this checkout beside it. */
  installInto(folder: string, packages?: readonly string[]): Promise<void>;
}

export async function packStatelock(workspace: Workspace): Promise<PackedStatelock> {
  const here = { cwd: PROJECT_ROOT };
  const run = async (command: string, args: readonly string[], cwd = PROJECT_ROOT): Promise<CommandResult> =>
    requireSuccess(await workspace.run(command, args, { cwd }));
  await run("npx", ["tsc", "-p", "tsconfig.types.json"]);
  // Fails if the report in docs/reference/library.api.md is not the surface of the library: `npm run api` writes it.
  await run("npx", ["api-extractor", "run"]);
  const packed = await workspace.run(
    "npm",
    ["pack", "--ignore-scripts", "--silent", "--pack-destination", workspace.directory],
    here,
  );
  const file = workspace.path(requireSuccess(packed).stdout.trim());
  const { stdout } = await run("tar", ["tzf", file]);
  return {
    file,
    contents: stdout
      .trim()
      .split("\n")
      .map((path) => path.replace(/^package\//, "")),
    installInto: async (folder, packages = []) => {
      const modules = join(folder, "node_modules");
      mkdirSync(join(modules, "statelock"), { recursive: true });
      await run("tar", ["xzf", file, "--strip-components=1", "-C", join(modules, "statelock")]);
      for (const name of packages) {
        mkdirSync(dirname(join(modules, name)), { recursive: true });
        symlinkSync(join(PROJECT_ROOT, "node_modules", name), join(modules, name));
      }
    },
  };
}
