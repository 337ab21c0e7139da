import fc, { runs } from "../support/fuzz";
import { readHcl } from "../../lib/hcl/hashicorp-parser";
import { parseHclJson } from "../../lib/hcl/json-parser";
import { plainTemplate, unescapeQuoted } from "../../lib/hcl/string-literal";
import { SyntaxProblem, type Body, type Value } from "../../lib/hcl/syntax";
import { loadHclParser } from "../../lib/hcl/tree-sitter-parser";

async function parsed(text: string): Promise<Body> {
  const body = (await loadHclParser()).parse(text, () => true);
  if (body instanceof SyntaxProblem) throw new Error(body.message);
  return body;
}

/** A value without its place. */
function plain(value: Value): unknown {
  switch (value.kind) {
    case "literal":
      return value.literal;
    case "object":
      return Object.fromEntries(value.entries.map((entry) => [entry.name, plain(entry.value)]));
    case "list":
      return value.items.map(plain);
    case "expression":
      return value.isConstant ? "(constant)" : "(computed)";
  }
}

describe("native syntax", () => {
  it.each([
    ['"a"', "a"],
    ['""', ""],
    ['" a "', " a "],
    ['"\\u00e9\\U0001F600\\n\\"\\\\"', 'é😀\n"\\'],
    ['"$${a} %%{b} $ %"', "${a} %{b} $ %"],
    ["true", true],
    ["null", null],
    ["1.5", 1.5],
    ['[1, "b"]', [1, "b"]],
    ['{ a = 1, "b" : 2\n c = { d = 3 } }', { a: 1, b: 2, c: { d: 3 } }],
    ["-1", "(constant)"],
    ["(true)", "(constant)"],
    ["<<EOT\nx\nEOT", "(constant)"],
    ['"${var.x}"', "(computed)"],
    ["f()", "(computed)"],
    ["[for x in y : x]", "(computed)"],
    ["<<EOT\n${local.x}\nEOT", "(computed)"],
  ])("reads %s", async (written, value) => {
    const { attributes } = await parsed(`x = ${written}\n`);
    expect(attributes.map((each) => plain(each.value))).toEqual([value]);
  });

  it("places what it reads, in the units of a JavaScript string", async () => {
    const text = '\ufeff# 😀\r\na "b" c {\r\n  é = "😀" # x\r\n}\r\n';
    const [block] = (await parsed(text)).blocks;
    const [attribute] = block?.body.attributes ?? [];
    expect(text.slice(attribute?.start, attribute?.end)).toBe('é = "😀"');
    expect(text.slice(attribute?.value.start, attribute?.value.end)).toBe('"😀"');
    expect(text.slice(block?.body.start, block?.body.end)).toBe('\r\n  é = "😀" # x\r\n');
    expect([block?.type, block?.labels, block?.line, attribute?.line]).toEqual(["a", ["b", "c"], 2, 3]);
  });

  it("names the line at which a text stops being HCL", async () => {
    const problem = (await loadHclParser()).parse("a = 1\n\nb = = 2\n", () => true);
    expect(problem).toMatchObject({ line: 3 });
    expect(await readHcl("a = 1\n\nb = = 2\n")).toMatchObject({
      line: 3,
      message: expect.stringContaining("Invalid expression") as string,
    });
  });

  it("both parsers read the same text out of a quoted string", async () => {
    // A lone sign before an escaped one would be read from the left, and is nobody's text.
    const piece = fc.constantFrom(
      "a",
      "é",
      "😀",
      "$a",
      "%a",
      "{",
      "$${",
      "%%{",
      "\\n",
      '\\"',
      "\\\\",
      "\\u00e9",
      "}",
      " ",
      "#",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const raw = pieces.join("");
        const { attributes } = await parsed(`x = "${raw}"\n`);
        const [own] = attributes.map((each) => plain(each.value));
        const other = (await readHcl(`x = "${raw}"\n`)) as { x: string };
        // The other writes text in JSON syntax, where a template stays escaped.
        expect(own).toBe(plainTemplate(other.x)?.normalize("NFC"));
      }),
      runs(60),
    );
  });

  it("leaves text alone that only looks like an escape", () => {
    expect(unescapeQuoted("\\q \\uZZ \\UFFFFFFFF")).toBe("\\q \\uZZ \\UFFFFFFFF");
  });
});

describe("JSON syntax", () => {
  it("reads values with their places, and templates as what they are", () => {
    const text = '{\n "a": "$${x}",\n "b": ["${y}", {"c": null}]}';
    const root = parseHclJson(text) as Value & { kind: "object" };
    expect(plain(root)).toEqual({ a: "${x}", b: ["(computed)", { c: null }] });
    expect(root.entries.map((entry) => [entry.line, text.slice(entry.start, entry.end)])).toEqual([
      [2, '"a": "$${x}"'],
      [3, '"b": ["${y}", {"c": null}]'],
    ]);
  });

  it.each(["", "{", '{"a": 1,}', "{\n// no\n}", "{} {}", "\ufeff{}"])("refuses %j", (text) => {
    expect(parseHclJson(text)).toBeInstanceOf(SyntaxProblem);
  });
});
