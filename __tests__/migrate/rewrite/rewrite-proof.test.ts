import { SyntaxProblem } from "../../../lib/hcl/syntax";
import type { Change } from "../../../lib/migrate/rewrite/changes";
import { fileKind } from "../../../lib/migrate/scan/source/file-kind";
import { parseSource } from "../../../lib/migrate/scan/source/parse-source";
import { proofProblem } from "../../../lib/migrate/rewrite/rewrite-proof";
import type { SourceFile } from "../../../lib/migrate/scan/source/site";
import { parsers } from "../../support/fleet";

const BEFORE = `# top
terraform {
  backend "s3" {
    bucket         = "b" # where
    dynamodb_table = "t" # which
    /* why */
  }
}
locals {
  text = <<EOT
    a
  EOT
  list = [1, 2]
}
terraform {
  required_version = ">= 1.11"
}
`;
const AFTER = BEFORE.replace("    /* why */", "    use_lockfile   = true\n    /* why */");
const ADD: Change = { kind: "insert", name: "use_lockfile", value: true, beside: "dynamodb_table", side: "after" };

async function source(path: string, text: string): Promise<SourceFile> {
  const kind = fileKind(path);
  if (kind === undefined) throw new Error(path);
  const finding = parseSource((await parsers()).positions, kind, text);
  if (finding instanceof SyntaxProblem) throw new Error(finding.message);
  return { path, realPath: path, kind, text, ...finding };
}

async function verdict(after: string, before = BEFORE, path = "main.tf", change: Change = ADD): Promise<string> {
  const file = await source(path, before);
  const problem = await proofProblem(await parsers(), file, after, new Map(file.sites.map((site) => [site, [change]])));
  return problem === undefined ? "proven" : `${problem.code}: ${problem.message}`;
}

it("proves a correct rewrite, wherever the neighbours moved", async () => {
  expect(await verdict(AFTER)).toBe("proven");
  expect(await verdict(AFTER.replace("bucket         =", "bucket    ="))).toBe("proven");
});

it.each([
  ["nothing was done", BEFORE],
  ["it was done to another value", AFTER.replace("lockfile   = true", "lockfile   = false")],
  ["it was done to another block", BEFORE.replace("  required", "  use_lockfile = true\n  required")],
  ["another argument changed", AFTER.replace('"b"', '"c"')],
  ["another argument is gone", AFTER.replace('    dynamodb_table = "t" # which\n', "    # which\n")],
  ["arguments changed places", AFTER.replace(/( {4}bucket.*\n)( {4}dynamodb.*\n)/, "$2$1")],
  ["a comment is gone", AFTER.replace(" # where", "")],
  ["a comment changed", AFTER.replace("# where", "# There")],
  ["a comment became another kind", AFTER.replace("/* why */", "# why")],
  ["white space in a heredoc changed", AFTER.replace("    a\n", "   a\n")],
  ["an expression is written differently", AFTER.replace("[1, 2]", "[1, 1 + 1]")],
  ["a block is gone", AFTER.replace(/terraform \{\n {2}required[^}]*\}\n/, "")],
  ["it is no HCL any more", AFTER.replace("}\nlocals", "locals")],
  ["only the second parser refuses it", AFTER.replace("2]\n}", "2] }")],
])("not proven: %s", async (_what, after) => {
  expect(await verdict(after)).toMatch(/^rewrite-unproven: /);
});

it("a file that HashiCorp's parser refuses to begin with is not judged further", async () => {
  const before = BEFORE.replace('"b" # where\n', '"b" ');
  expect(await verdict(before, before)).toMatch(/^unreadable-file: could not be parsed: Missing newline/);
});

describe("JSON", () => {
  const json = (inner: string, rest = "1"): string => `{"x": ${rest}, "terraform": {"backend": {"s3": {${inner}}}}}`;
  const before = json('"dynamodb_table": "t"');

  it.each([
    [json('"dynamodb_table": "t", "use_lockfile": true'), "proven"],
    [json('"dynamodb_table": "t", "use_lockfile": "true"'), "rewrite-unproven"],
    [json('"dynamodb_table": "t", "use_lockfile": true', "2"), "rewrite-unproven"],
    [json('"dynamodb_table": "t", "use_lockfile": true,'), "rewrite-unproven"],
  ])("%s: %s", async (after, expected) => {
    expect((await verdict(after, before, "x.tf.json")).split(":")[0]).toBe(expected);
  });
});
