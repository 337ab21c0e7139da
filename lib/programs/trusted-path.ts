import { existsSync, realpathSync } from "node:fs";
import { isInside } from "../files/inside";
import { ofModules, withPath, type Environment } from "./distrusted-git";
import { topFinder, trackedByGit } from "./working-tree";

/**
 * Returns the environment with a PATH that leads to no program of the repository that a command was started in. It has no
 * relative entry, which would begin in the folder of the started program, and no `node_modules/.bin` that git tracks: npx
 * puts that folder first.
 */
export function withTrustedPath(environment: Environment, workingDirectory: string): Environment {
  const top = topFinder()(realpathSync(workingDirectory));
  const isTracked = trackedByGit(workingDirectory, environment);
  const isCommitted = (folder: string): boolean => {
    if (top === undefined || !ofModules(folder) || !existsSync(folder)) return false;
    const real = realpathSync(folder);
    return (isInside(real, [top]) || isInside(folder, [top])) && (isTracked(real) || isTracked(folder));
  };
  return withPath(environment, (folder) => !isCommitted(folder));
}
