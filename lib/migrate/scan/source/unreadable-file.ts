import { program } from "../../../engine/spoken-engine";
import type { SyntaxProblem } from "../../../hcl/syntax";
import type { Problem } from "../../../problem/problem";

/** Returns the problem of a file that a parser refuses, or cannot follow. @param why the reason, if the parser's own would mislead */
export function unreadableFile(
  { path }: { readonly path: string },
  { line, message, isBeyondLimits }: SyntaxProblem,
  why = message,
): Problem {
  const remedy = isBeyondLimits
    ? "Move the backend into a file of its own, or split what is too long or too deep."
    : `Fix the file: \`${program()} validate\` shows the place.`;
  return {
    code: "unreadable-file",
    path: `${path}:${String(line)}`,
    message: `could not be parsed: ${why}`,
    fix: `${remedy} Statelock left it as it is.`,
  };
}
