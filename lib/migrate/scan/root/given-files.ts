import type { Problem } from "../../../problem/problem";
import { globPattern } from "../../../text/glob-pattern";
import { fewText } from "../../../text/few";
import type { Configuration } from "../configuration/configuration";
import type { SourceFile } from "../source/site";

/** A mistyped glob must not look like files that were read. */
export function emptyGlobs(globs: readonly string[], sources: readonly SourceFile[]): Problem[] {
  const isEmpty = (glob: string): boolean => !sources.some(({ path }) => globPattern(glob).test(path));
  return globs.filter(isEmpty).map((glob) => ({
    code: "backend-files",
    path: `--backend-files ${glob}`,
    message: "must name partial configurations below the scanned folders, got no such file",
    fix: "Correct the pattern, seen from the working directory, or scan the folder of the files too.",
  }));
}

/** How many roots a problem names. */
const NAMED = 5;

/**
 * Reports files of `--backend-files` that no root takes, while roots have no bucket or no key: a file with a key is for one root,
 * and nothing says for which.
 */
export function unplacedFiles(configurations: readonly Configuration[], given: readonly RegExp[]): Problem[] {
  const open = new Set(
    configurations
      .filter(({ source }) => source === "terraform" || source === "opentofu")
      .filter(({ bucket, key }) => bucket === undefined || key === undefined)
      .map(({ root }) => root),
  );
  if (open.size === 0) return [];
  const named = fewText([...open], NAMED);
  return configurations
    .filter(({ source, file }) => source === "partial" && given.some((pattern) => pattern.test(file.path)))
    .map(({ file: { path } }) => ({
      code: "backend-files",
      path,
      message: `must say which root takes it: it has a key, so it is for one root, and its path names none of ${named}`,
      fix: "Put the name of the root's folder into its path, as in backends/NAME.hcl, or name both in a command: terraform -chdir=ROOT init -backend-config=FILE.",
    }));
}
