import type { Node } from "web-tree-sitter";
import { unescapeQuoted } from "./string-literal";
import type { Attribute, Block, Body, Token, Value } from "./syntax";

/** Reads the attributes and the wanted blocks of a whole file. */
export function bodyOf(root: Node, text: string, wanted: (type: string) => boolean): Body {
  const body = root.namedChildren.find((child) => child.type === "body");
  return {
    start: 0,
    end: text.length,
    attributes: attributesOf(body, text),
    blocks: (body?.namedChildren ?? [])
      .filter((child) => isWanted(child, wanted))
      .map((block) => readBlock(block, text)),
  };
}

/** Returns every leaf of a tree, in the order of the text. */
export function readTokens(root: Node): Token[] {
  const tokens: Token[] = [];
  const cursor = root.walk();
  for (;;) {
    if (cursor.gotoFirstChild()) continue;
    if (cursor.endIndex > cursor.startIndex) {
      tokens.push({ type: cursor.nodeType, start: cursor.startIndex, end: cursor.endIndex });
    }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        cursor.delete();
        return tokens;
      }
    }
  }
}

function isWanted(child: Node, wanted: (type: string) => boolean): boolean {
  return child.type === "block" && wanted(child.firstChild?.text ?? "");
}

function readBlock(node: Node, text: string): Block {
  const named = node.namedChildren;
  const at = named.findIndex((child) => child.type === "block_start");
  const [type, ...labels] = named.slice(0, at).filter((child) => child.type !== "comment");
  const body = named.find((child) => child.type === "body");
  return {
    type: type?.text ?? "",
    labels: labels.map((label) => (label.type === "string_lit" ? quotedText(label, text) : label.text)),
    line: node.startPosition.row + 1,
    start: node.startIndex,
    end: node.endIndex,
    body: {
      start: named[at]?.endIndex ?? node.endIndex,
      end: named.at(-1)?.startIndex ?? node.endIndex,
      attributes: attributesOf(body, text),
      blocks: (body?.namedChildren ?? [])
        .filter((child) => child.type === "block")
        .map((block) => readBlock(block, text)),
    },
  };
}

function attributesOf(body: Node | undefined, text: string): Attribute[] {
  return (body?.namedChildren ?? [])
    .filter((child) => child.type === "attribute")
    .map((node) => attribute(node, node.firstChild?.text ?? "", lastExpression(node), text));
}

function attribute(node: Node, name: string, value: Node, text: string): Attribute {
  return {
    name,
    line: node.startPosition.row + 1,
    start: node.startIndex,
    end: node.endIndex,
    value: readValue(value, text),
  };
}

function lastExpression(node: Node): Node {
  return node.namedChildren.filter((child) => child.type === "expression").at(-1) ?? node;
}

/** Reads a value. Descends through nodes with a single child: `expression` › `literal_value` › `string_lit`. */
function readValue(expression: Node, text: string): Value {
  const span = { start: expression.startIndex, end: expression.endIndex };
  let node = expression;
  for (;;) {
    switch (node.type) {
      case "string_lit":
        return { ...span, kind: "literal", literal: quotedText(node, text) };
      case "numeric_lit":
        return { ...span, kind: "literal", literal: Number(text.slice(node.startIndex, node.endIndex)) };
      case "bool_lit":
        return { ...span, kind: "literal", literal: node.text === "true" };
      case "null_lit":
        return { ...span, kind: "literal", literal: null };
      case "object":
        return { ...span, kind: "object", entries: entriesOf(node, text) };
      case "tuple":
        return { ...span, kind: "list", items: itemsOf(node, text) };
    }
    const only = node.childCount === 1 ? node.firstChild : null;
    if (only === null) return { ...span, kind: "expression", isConstant: isConstant(node) };
    node = only;
  }
}

function isConstant(node: Node): boolean {
  return node.descendantsOfType(["variable_expr", "function_call", "for_expr"]).length === 0;
}

function entriesOf(object: Node, text: string): Attribute[] {
  return object.namedChildren
    .filter((child) => child.type === "object_elem")
    .map((node) => {
      const key = node.childForFieldName("key") ?? node;
      return attribute(node, keyText(key, text), node.childForFieldName("val") ?? node, text);
    });
}

function itemsOf(tuple: Node, text: string): Value[] {
  return tuple.namedChildren.filter((child) => child.type === "expression").map((node) => readValue(node, text));
}

function keyText(key: Node, text: string): string {
  const value = readValue(key, text);
  return value.kind === "literal" && typeof value.literal === "string" ? value.literal : key.text;
}

function quotedText(node: Node, text: string): string {
  return unescapeQuoted(text.slice(node.startIndex + 1, node.endIndex - 1));
}
