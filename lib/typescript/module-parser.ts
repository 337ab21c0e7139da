import type * as TypeScript from "typescript";
import { SyntaxProblem, type Token } from "../hcl/syntax";
import { exportedValue } from "./read-module";
import type { ModuleParser } from "./syntax";

type Compiler = typeof TypeScript;

/** The compiler, once for a process. It takes half a second to load: only a project that has a config pays that. */
export function compiler(): Compiler {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when a config is read, not with this module
  loaded ??= require("typescript") as Compiler;
  return loaded;
}

let loaded: Compiler | undefined;

/** The real {@link ModuleParser}: TypeScript's own, which is not loaded before something is read. */
export const moduleParser: ModuleParser = {
  exported: (text, name) => {
    const source = sourceOf(text);
    return source instanceof SyntaxProblem ? source : exportedValue(compiler(), source, name);
  },
  tokens: (text) => {
    const source = sourceOf(text);
    return source instanceof SyntaxProblem ? source : tokensOf(source);
  },
};

const FILE = "module.ts";

function sourceOf(text: string): TypeScript.SourceFile | SyntaxProblem {
  const ts = compiler();
  const { diagnostics = [] } = ts.transpileModule(text, { fileName: FILE, reportDiagnostics: true });
  const source = ts.createSourceFile(FILE, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  const [first] = diagnostics;
  if (first === undefined) return source;
  const { line } = source.getLineAndCharacterOfPosition(first.start ?? 0);
  return new SyntaxProblem(line + 1, ts.flattenDiagnosticMessageText(first.messageText, " "));
}

/** The leaves of the tree, and the comments in what lies between them. */
function tokensOf(source: TypeScript.SourceFile): Token[] {
  const ts = compiler();
  const tokens: Token[] = [];
  const visit = (node: TypeScript.Node): void => {
    const children = node.getChildren(source).filter(({ kind }) => !isDocumentation(ts, kind));
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    const start = node.getStart(source);
    tokens.push(...commentsIn(source.text, node.pos, start));
    if (node.end > start) tokens.push({ type: ts.SyntaxKind[node.kind], start, end: node.end });
  };
  visit(source);
  return tokens;
}

/** A doc comment is a node too; here it is a comment like the others. */
function isDocumentation(ts: Compiler, kind: TypeScript.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstJSDocNode && kind <= ts.SyntaxKind.LastJSDocNode;
}

/** What lies between two tokens is white space and comments, so that the scanner needs no grammar. */
function commentsIn(text: string, from: number, to: number): Token[] {
  const ts = compiler();
  const scanner = ts.createScanner(
    ts.ScriptTarget.ESNext,
    false,
    ts.LanguageVariant.Standard,
    text,
    undefined,
    from,
    to - from,
  );
  const found: Token[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    const isSpace = kind === ts.SyntaxKind.WhitespaceTrivia || kind === ts.SyntaxKind.NewLineTrivia;
    if (!isSpace) found.push({ type: "comment", start: scanner.getTokenStart(), end: scanner.getTokenEnd() });
  }
  return found;
}
