import { readFile } from "node:fs/promises";
import { Language, Parser, type Node, type Tree } from "web-tree-sitter";
import { bodyOf, readTokens } from "./read-tree";
import { bodyWithValues, shapeOf } from "./alike";
import { beyondLimits } from "./limits";
import { withoutExponents } from "./numbers";
import { SyntaxProblem, type Body, type HclParser } from "./syntax";

/** Loads the parser with positions, once per process. The grammar is a WebAssembly file of its package. */
export async function loadHclParser(): Promise<HclParser> {
  loading ??= load();
  return loading;
}

let loading: Promise<HclParser> | undefined;

/** How many trees stay: a rewrite parses the same two or three texts again and again. */
const KEPT = 4;

/** How long a parse may take, in milliseconds. A file of 1 MiB takes about one second. */
const LONGEST_PARSE = 10_000;

/** How many shapes of files stay, and how long one may be: the roots of a fleet are often alike. */
const [SHAPES, LONGEST_SHAPE] = [2_000, 16_384];

async function load(): Promise<HclParser> {
  await Parser.init();
  const parser = new Parser();
  const grammar = require.resolve("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm");
  parser.setLanguage(await Language.load(await readFile(grammar)));
  const kept = new Map<string, Tree>();
  const treeOf = (text: string): Tree | SyntaxProblem => {
    const until = performance.now() + LONGEST_PARSE;
    const tree = kept.get(text) ?? parser.parse(text, null, { progressCallback: () => performance.now() > until });
    if (tree === null) {
      parser.reset();
      return new SyntaxProblem(1, "takes too long to parse", true);
    }
    kept.set(text, tree);
    for (const [oldest, old] of [...kept].slice(0, -KEPT)) {
      old.delete();
      kept.delete(oldest);
    }
    return tree;
  };
  const readOnce = <Result>(text: string, result: (root: Node) => Result): Result | SyntaxProblem => {
    const tree = treeOf(text);
    if (tree instanceof SyntaxProblem) return tree;
    const { rootNode } = tree;
    return rootNode.hasError ? firstError(rootNode) : result(rootNode);
  };
  const read = <Result>(text: string, result: (root: Node) => Result): Result | SyntaxProblem => {
    const first = readOnce(text, result);
    const known = first instanceof SyntaxProblem ? withoutExponents(text) : text;
    return known === text ? first : readOnce(known, result);
  };
  const bodies = new WeakMap<(type: string) => boolean, Map<string, Body>>();
  const parse: HclParser["parse"] = (text, wanted) => {
    const plain = (): Body | SyntaxProblem => read(text, (root) => bodyOf(root, text, wanted));
    const isLong = text.length > LONGEST_SHAPE;
    const beyond = isLong ? beyondLimits(text) : undefined;
    if (beyond !== undefined) return beyond;
    const shape = isLong ? undefined : shapeOf(text);
    if (shape === undefined) return plain();
    const known = bodies.get(wanted) ?? new Map<string, Body>();
    const body = known.get(shape.text) ?? read(shape.text, (root) => bodyOf(root, shape.text, wanted));
    if (body instanceof SyntaxProblem) return plain();
    if (known.size >= SHAPES) known.clear();
    bodies.set(wanted, known.set(shape.text, body));
    return shape.values.length === 0 ? body : bodyWithValues(body, text);
  };
  return {
    parse,
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
