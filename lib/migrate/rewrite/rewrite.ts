import { isTooDeep, SyntaxProblem, tooDeep, type HclParser, type Token } from "../../hcl/syntax";
import { shown, type Problem } from "../../problem/problem";
import { alignmentEdits } from "./alignment";
import type { Change } from "./changes";
import { hclEdit } from "./edit-hcl";
import { jsonEdit } from "./edit-json";
import { logicalLines } from "./logical-lines";
import { parseSource } from "../scan/source/parse-source";
import type { Parsers } from "../scan/source/parsers";
import { rewriteHeredocs } from "./rewrite-heredocs";
import { proofProblem } from "./rewrite-proof";
import { unreadableFile } from "../scan/source/unreadable-file";
import type { Site, SourceFile } from "../scan/source/site";
import { applyEdits } from "./text-edit";

/**
 * Returns the text of a file with the changed backend arguments, or problems if it cannot prove that nothing else changes.
 * If the columns of the file were aligned as `terraform fmt` does it, they are aligned afterwards too; otherwise the rewrite
 * does not touch other lines.
 */
export async function rewrite(
  parsers: Parsers,
  file: SourceFile,
  changes: ReadonlyMap<Site, readonly Change[]>,
): Promise<string | readonly Problem[]> {
  const isInside = [...changes.keys()].some(({ heredoc }) => heredoc !== undefined);
  try {
    return await (isInside
      ? rewriteHeredocs(parsers, file, changes, rewriteText)
      : rewriteText(parsers, file, changes));
  } catch (error) {
    if (isTooDeep(error)) return [unreadableFile(file, tooDeep())];
    throw error;
  }
}

async function rewriteText(
  parsers: Parsers,
  file: SourceFile,
  changes: ReadonlyMap<Site, readonly Change[]>,
): Promise<string | readonly Problem[]> {
  const wasAligned = file.kind.syntax === "hcl" && realigned(parsers.positions, file.text) === file.text;
  let text = file.text;
  for (const [site, siteChanges] of changes) {
    const ordinal = file.sites.indexOf(site);
    for (const change of siteChanges) text = changed(parsers.positions, file, text, ordinal, change);
  }
  if (wasAligned) text = realigned(parsers.positions, text);
  const problem = await proofProblem(parsers, file, text, changes);
  return problem === undefined ? text : [problem];
}

/** Makes one change. It parses the text again for each change, so that positions always match the text. */
function changed(parser: HclParser, file: SourceFile, text: string, ordinal: number, change: Change): string {
  const finding = parseSource(parser, file.kind, text);
  const site = finding instanceof SyntaxProblem ? undefined : finding.sites[ordinal];
  if (site === undefined) throw new Error(`${file.path} lost its backend while ${shown(change)} was made`);
  if (site.syntax === "json") return applyEdits(text, [jsonEdit(text, site, change)]);
  const tokens = parsed(parser, text);
  return applyEdits(text, [hclEdit({ text, tokens, lines: logicalLines(text, tokens) }, site, change)]);
}

function realigned(parser: HclParser, text: string): string {
  return applyEdits(text, alignmentEdits(text, logicalLines(text, parsed(parser, text))));
}

function parsed(parser: HclParser, text: string): readonly Token[] {
  const tokens = parser.tokens(text);
  if (tokens instanceof SyntaxProblem) throw new Error(`line ${String(tokens.line)} ${tokens.message}`);
  return tokens;
}
