import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { plainTemplate } from "./string-literal";
import { SyntaxProblem, type Attribute, type Span, type Value } from "./syntax";

/** Reads the JSON syntax of HCL, with positions. Comments and trailing commas are errors. */
export function parseHclJson(text: string): Value | SyntaxProblem {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const line = lineCounter(text);
  const [error] = errors;
  if (root === undefined || error !== undefined) {
    const code = error === undefined ? "ValueExpected" : printParseErrorCode(error.error);
    return new SyntaxProblem(line(error?.offset ?? 0), `is not JSON: ${code}`);
  }
  return valueOf(root, line);
}

function valueOf(node: Node, line: (offset: number) => number): Value {
  const span = { start: node.offset, end: node.offset + node.length };
  switch (node.type) {
    case "object":
      return { ...span, kind: "object", entries: (node.children ?? []).flatMap((child) => entryOf(child, line)) };
    case "array":
      return { ...span, kind: "list", items: (node.children ?? []).map((child) => valueOf(child, line)) };
    default:
      return literalOf(node.value as string | number | boolean | null, span);
  }
}

function entryOf(property: Node, line: (offset: number) => number): Attribute[] {
  const [key, value] = property.children ?? [];
  if (key === undefined || value === undefined) return [];
  return [
    {
      name: String(key.value),
      line: line(property.offset),
      start: property.offset,
      end: property.offset + property.length,
      value: valueOf(value, line),
    },
  ];
}

/** In JSON syntax a string is a template too. Source: https://developer.hashicorp.com/terraform/language/syntax/json#expressions */
function literalOf(value: string | number | boolean | null, span: Span): Value {
  const literal = typeof value === "string" ? plainTemplate(value) : value;
  return literal === undefined
    ? { ...span, kind: "expression", isConstant: false }
    : { ...span, kind: "literal", literal };
}

/** Returns a function from offset to line. Call it with ascending offsets. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (let at = text.indexOf("\n", counted); at !== -1 && at < offset; at = text.indexOf("\n", counted)) {
      line += 1;
      counted = at + 1;
    }
    return line;
  };
}
