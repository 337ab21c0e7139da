import { readWith } from "../../lib/hcl/hashicorp-parser";
import { hashicorpProgram } from "../../lib/hcl/hashicorp-program";
import { beyondLimits } from "../../lib/hcl/limits";
import { parsers, planned, scanned } from "../support/fleet";
import { places } from "../support/home";

const BACKEND = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n    dynamodb_table = "t"\n  }\n}\n';

describe("names a file that no parser reads in reasonable time, with its line", () => {
  it.each<[string, string, number]>([
    ["a huge number", "x = 9e9999999", 8],
    ["a huge number in a template", 'x = "${9e9999999}"', 8],
    ["many large numbers", `x = [${"9e9999, ".repeat(3_000)}]`, 8],
    ["a long chain of operators", `x = ${"!".repeat(50_000)}true`, 8],
    ["a long chain of conditions", `x = ${"a ? b : ".repeat(5_000)}c`, 8],
    ["quotes without an end", `x = "${'\\"'.repeat(50_000)}`, 8],
    ["brackets without an end", "{\n".repeat(20_000), 1],
    ["conditions on lines of their own", `x = (\n${"a ?\nb :\n".repeat(20_000)}c\n)`, 1],
    ["templates in templates", `x = ${'"${'.repeat(5_000)}1${'}"'.repeat(5_000)}`, 8],
    ["zero bytes", "\0\0\0", 8],
  ])("%s", async (_, text, line) => {
    const { problems, configurations } = await scanned({ "a/main.tf": `${BACKEND}${text}\n${"#\n".repeat(9_000)}` });
    expect([problems.map(({ code, path }) => `${code} ${path}`), configurations]).toEqual([
      [`unreadable-file a/main.tf:${String(line)}`],
      [],
    ]);
  });
});

describe("a file that only the second parser cannot follow stays, named, and the other roots move", () => {
  it.each<[string, string, string]>([
    ["a long heredoc", `x = <<EOT\n${"text\n".repeat(12_500)}EOT`, "a/main.tf:8"],
    ["negations", `x = ${"!".repeat(9_000)}true`, "a/main.tf:1"],
    ["a huge negative exponent", "x = 1e-99999999", "a/main.tf:8"],
  ])("%s", async (_, text, place) => {
    const fleet = { "a/main.tf": `${BACKEND}${text}\n`, "b/main.tf": BACKEND.replace('"k"', '"l"') };
    const { refusals, moves } = await planned(fleet, { to: "both" });
    expect(refusals.flatMap(({ problems }) => places(problems))).toEqual([`unreadable-file ${place}`]);
    expect(moves.map(({ roots }) => roots)).toEqual([["b"]]);
  });

  it("reports lone carriage returns once, because no engine ends a line at them", async () => {
    const { refusals } = await planned({ "main.tf": BACKEND.replace(/\n/g, "\r") }, { to: "both" });
    expect(refusals.flatMap(({ problems }) => problems.map(({ message }) => message))).toEqual([
      expect.stringMatching(/^could not be parsed: Invalid character; [^;]+; [^;]+$/),
    ]);
  });
});

describe("names a text that crashes HashiCorp's parser, and reads the next text", () => {
  it("a program that ends is started again", async () => {
    const program = hashicorpProgram(60_000);
    const asked = ["a = 1", `x = ${"(".repeat(20_000)}`, "b = 2"].map(program);
    expect(await Promise.all(asked)).toEqual([
      { result: { a: 1 } },
      { lost: "ended its program" },
      { result: { b: 2 } },
    ]);
  });

  it("so is one that gives no answer in time", async () => {
    const program = hashicorpProgram(3_000);
    const asked = ["a = 1", "x = 9e9999999", "b = 2"].map(program);
    expect(await Promise.all(asked)).toEqual([{ result: { a: 1 } }, { lost: "took too long" }, { result: { b: 2 } }]);
  });

  it("is not asked about another text after too many slow ones", async () => {
    const program = hashicorpProgram(1, 1);
    const asked = ["x = 9e9999999", "a = 1"].map(program);
    expect(await Promise.all(asked)).toEqual([{ lost: "took too long" }, { lost: "was not asked" }]);
  });

  it.each([
    ["was not asked", "is not parsed, because too many other files took too long"],
    ["took too long", "takes too long to parse"],
    ["ended its program", "is nested too deeply: HashiCorp's parser ends"],
  ] as const)("a file that %s has a reason", async (lost, message) => {
    expect(await readWith(() => Promise.resolve({ lost }), "a = 1")).toMatchObject({ line: 1, message });
  });
});

it.each<[string, string]>([
  ["a long text", `x = "${"a".repeat(50_000)}"\n`],
  ["many texts on one line", `x = [${'"a long text, as people write it", '.repeat(500)}]\n`],
  ["a text about numbers", 'x = "9e9999999"\n'],
  ["a file with many conditions", `x = 1\n${"y { a = b ? !c : d }\n".repeat(6_000)}`],
  ["a script with many questions in a call", `x = f(<<EOT\n${"[ ! -f $? ] || echo no\n".repeat(1_200)}EOT\n)\n`],
  ["usual numbers", "x = [1e5, 1.5e308, 0.1, 123456789012]\n"],
])("%s is within the limits", async (_, text) => {
  expect(beyondLimits(text)).toBeUndefined();
  expect(await (await parsers()).confirm(text)).toHaveProperty("x");
});
