import { parseHclJson } from "../../../hcl/json-parser";
import { SyntaxProblem, type HclParser } from "../../../hcl/syntax";
import type { FileKind } from "./file-kind";
import { hclSites, isWanted, type BackendSites } from "./hcl-sites";
import { jsonSites } from "./json-sites";

/** Reads the backends of a file, with positions. */
export function parseSource(parser: HclParser, kind: FileKind, text: string): BackendSites | SyntaxProblem {
  if (kind.syntax === "json") {
    const root = parseHclJson(text);
    return root instanceof SyntaxProblem ? root : jsonSites(root, kind.role);
  }
  const body = parser.parse(text, isWanted(kind.role));
  return body instanceof SyntaxProblem ? body : hclSites(body, kind.role, text, parser);
}
