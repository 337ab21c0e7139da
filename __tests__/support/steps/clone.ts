import { requireSuccess } from "../../../lab/machine/require-success";
import { createWorkspace, type CommandResult } from "../../../lab/machine/workspace";

/** A colleague's or a pipeline's checkout of a repository, which is as old as its last pull. */
export interface Clone {
  readonly name: string;
  pull(): Promise<void>;
  /** Runs terraform in a folder; a failure is a result. */
  terraform(folder: string, ...args: readonly string[]): Promise<CommandResult>;
  remove(): Promise<void>;
}

export async function clone(name: string, origin: string, env: Readonly<Record<string, string>>): Promise<Clone> {
  const workspace = createWorkspace({ env });
  const git = async (...args: string[]): Promise<void> => {
    requireSuccess(await workspace.run("git", args));
  };
  await git("clone", "--quiet", origin, "repository");
  return {
    name,
    pull: () => git("-C", "repository", "pull", "--quiet", "--ff-only"),
    terraform: (folder, ...args) => workspace.terraform(args, { cwd: workspace.path("repository", folder) }),
    remove: () => workspace.remove(),
  };
}
