import { beyondLimits } from "../../lib/hcl/limits";
import { parsers, scanned } from "../support/fleet";

const BACKEND = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n    dynamodb_table = "t"\n  }\n}\n';

describe("a file that no parser reads in reasonable time is named, with its line", () => {
  it.each<[string, string, number]>([
    ["a huge number", "x = 9e9999999", 8],
    ["a huge number in a template", 'x = "${9e9999999}"', 8],
    ["many large numbers", `x = [${"9e9999, ".repeat(3_000)}]`, 8],
    ["a long chain of operators", `x = ${"!".repeat(50_000)}true`, 8],
    ["a long chain of conditions", `x = ${"a ? b : ".repeat(5_000)}c`, 8],
    ["quotes without an end", `x = "${'\\"'.repeat(50_000)}`, 8],
    ["brackets without an end", "{\n".repeat(20_000), 1],
  ])("%s", async (_, text, line) => {
    const { problems, configurations } = await scanned({ "a/main.tf": `${BACKEND}${text}\n${"#\n".repeat(9_000)}` });
    expect([problems.map(({ code, path }) => `${code} ${path}`), configurations]).toEqual([
      [`unreadable-file a/main.tf:${String(line)}`],
      [],
    ]);
  });
});

it.each<[string, string]>([
  ["a long text", `x = "${"a".repeat(50_000)}"\n`],
  ["many texts on one line", `x = [${'"a long text, as people write it", '.repeat(500)}]\n`],
  ["a text about numbers", 'x = "9e9999999"\n'],
  ["usual numbers", "x = [1e5, 1.5e308, 0.1, 123456789012]\n"],
])("%s is within the limits", async (_, text) => {
  expect(beyondLimits(text)).toBeUndefined();
  expect(await (await parsers()).confirm(text)).toHaveProperty("x");
});
