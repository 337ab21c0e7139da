import { readFile } from "node:fs/promises";
import { Language, Parser, type Node } from "web-tree-sitter";
import { bodyOf, readTokens } from "./read-tree";
import { withoutExponents } from "./numbers";
import { SyntaxProblem, type HclParser } from "./syntax";

/** Loads the parser with positions, once per process. The grammar is a WebAssembly file of its package. */
export async function loadHclParser(): Promise<HclParser> {
  loading ??= load();
  return loading;
}

let loading: Promise<HclParser> | undefined;

async function load(): Promise<HclParser> {
  await Parser.init();
  const parser = new Parser();
  const grammar = require.resolve("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm");
  parser.setLanguage(await Language.load(await readFile(grammar)));
  const readOnce = <Result>(text: string, result: (root: Node) => Result): Result | SyntaxProblem => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error("the parser was cancelled");
    try {
      return tree.rootNode.hasError ? firstError(tree.rootNode) : result(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
  const read = <Result>(text: string, result: (root: Node) => Result): Result | SyntaxProblem => {
    const first = readOnce(text, result);
    const known = first instanceof SyntaxProblem ? withoutExponents(text) : text;
    return known === text ? first : readOnce(known, result);
  };
  return {
    parse: (text, wanted) => read(text, (root) => bodyOf(root, text, wanted)),
    tokens: (text) => read(text, readTokens),
  };
}

/** Returns the first place where the tree does not match the grammar. */
function firstError(root: Node): SyntaxProblem {
  let node = root;
  for (;;) {
    const next: Node | undefined = node.children.find((child) => child.hasError || child.isMissing);
    if (next === undefined || node.isError) break;
    node = next;
  }
  const line = node.startPosition.row + 1;
  return new SyntaxProblem(line, node.isMissing ? `${node.type} is missing` : "is not HCL");
}
