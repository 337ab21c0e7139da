import { SyntaxProblem } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import type { Change } from "./changes";
import { configProofProblems, type LockChange } from "./config-proof";
import { lockingEdits } from "./edit-config";
import type { ConfigTools } from "../../files/project-files";
import type { Site, SourceFile } from "../scan/site";
import { applyEdits } from "./text-edit";

/** A config's text with the `locking` of some of its consumers changed, and nothing else: that is proven first. */
export async function rewriteConfig(
  tools: ConfigTools,
  file: SourceFile,
  changes: ReadonlyMap<Site, readonly Change[]>,
): Promise<string | readonly Problem[]> {
  const tokens = tools.modules.tokens(file.text);
  if (tokens instanceof SyntaxProblem) throw new Error(`${file.path} was read before`);
  const made = [...changes].flatMap(([site, [change]]) => (isLock(change) ? [{ site, change }] : []));
  const edits = made.flatMap(({ site, change }) => lockingEdits(file.text, tokens, site, change.value));
  const after = applyEdits(file.text, edits);
  const problems = await configProofProblems(tools, file, after, made);
  return problems.length === 0 ? after : problems;
}

function isLock(change: Change | undefined): change is LockChange["change"] {
  return change?.kind === "lock";
}
