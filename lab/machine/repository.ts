import { requireSuccess } from "./require-success";
import type { RunningCommand, RunOptions, Workspace } from "./workspace";
import { PROJECT_ROOT } from "./project-root";
import { join } from "node:path";

/** No clean-up in the background either: it would outlive the test. */
const SETTINGS = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "gc.auto=0"];

/** A workspace as a git repository, with the command of this checkout. */
export interface Repository {
  /** Runs git; a failure is an error. */
  git(...args: string[]): Promise<string>;
  /** Commits everything that is there. */
  commit(): Promise<void>;
  /** Starts `statelock`, and returns at once. */
  start(args: readonly string[], options?: RunOptions): RunningCommand;
}

/** Makes the workspace a repository. */
export async function repository(workspace: Workspace): Promise<Repository> {
  const git = async (...args: string[]): Promise<string> =>
    requireSuccess(await workspace.run("git", [...SETTINGS, ...args])).stdout;
  const start = (args: readonly string[], options?: RunOptions): RunningCommand =>
    workspace.start(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), ...args], options);
  await git("init", "--quiet", "--initial-branch=main");
  return {
    git,
    commit: async () => {
      await git("add", "--all");
      await git("commit", "--quiet", "--allow-empty", "--message=state");
    },
    start,
  };
}
