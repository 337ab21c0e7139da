import ignore from "ignore";
import { isInside } from "./inside";

/** The rules of one `.gitignore`, or of `.git/info/exclude`. */
export interface IgnoreRules {
  /** The folder that they are for, with all links resolved. */
  readonly folder: string;
  readonly text: string;
}

/** Returns a function: true where git ignores a file, by its real path. The deepest folder with a rule decides. */
export function gitIgnored(rules: readonly IgnoreRules[]): (realPath: string) => boolean {
  const deepestFirst = rules
    .map(({ folder, text }) => ({ folder, matcher: ignore({ ignorecase: false }).add(text) }))
    .sort((left, right) => right.folder.length - left.folder.length);
  return (realPath) => {
    for (const { folder, matcher } of deepestFirst) {
      if (!isInside(realPath, [folder])) continue;
      const { ignored, unignored } = matcher.test(realPath.slice(folder === "/" ? 1 : folder.length + 1));
      if (ignored || unignored) return ignored;
    }
    return false;
  };
}
