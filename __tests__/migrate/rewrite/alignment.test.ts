import { SyntaxProblem } from "../../../lib/hcl/syntax";
import { loadHclParser } from "../../../lib/hcl/tree-sitter-parser";
import { alignmentEdits } from "../../../lib/migrate/rewrite/alignment";
import { logicalLines } from "../../../lib/migrate/rewrite/logical-lines";
import { applyEdits } from "../../../lib/migrate/rewrite/text-edit";

/** What `terraform fmt` of 1.11.4 makes of columns was pasted here; e2e/migrate-rewrite asks it about hundreds more. */
async function aligned(text: string): Promise<string> {
  const tokens = (await loadHclParser()).tokens(text);
  if (tokens instanceof SyntaxProblem) throw new Error(tokens.message);
  return applyEdits(text, alignmentEdits(text, logicalLines(text, tokens)));
}

it.each([
  ["equal signs of neighbours stand in one column", "a = 1\nbcd = 2\n", "a   = 1\nbcd = 2\n"],
  ["a blank line ends a column", "a = 1\n\nbcd = 2\n", "a = 1\n\nbcd = 2\n"],
  ["so does a comment on its own line", "a = 1\n# x\nbcd = 2\n", "a = 1\n# x\nbcd = 2\n"],
  ["a value of several lines stays out", "a = 1\nbcd = [\n  1,\n]\ne = 1\n", "a = 1\nbcd = [\n  1,\n]\ne = 1\n"],
  [
    "a heredoc does not",
    "a = 1\nbcd = <<EOT\nx = 1 # y\nEOT\ne = 1\n",
    "a   = 1\nbcd = <<EOT\nx = 1 # y\nEOT\ne   = 1\n",
  ],
  ["comments behind neighbours stand in one column", "a = 1 # x\nbcd = 22 # y\n", "a   = 1  # x\nbcd = 22 # y\n"],
  [
    "also behind what is no argument",
    "a = 1 # x\nbb = {\n}# y\nc = 1 # z\n",
    "a = 1 # x\nbb = {\n}     # y\nc = 1 # z\n",
  ],
  [
    "a comment in the middle of a line is part of it",
    "/* z */ a = 1\nb = 2 /* y */ # x\n",
    "/* z */ a = 1\nb         = 2 /* y */ # x\n",
  ],
  ["width is what a reader counts", 'a = "é😀e\u0301" # x\nb = "1" # y\n', 'a = "é😀e\u0301" # x\nb = "1"   # y\n'],
  ["line ends do not count", "a = 1 # x\r\nbcd = 2 # y\r\n", "a   = 1 # x\r\nbcd = 2 # y\r\n"],
  ["a comparison is no argument", "a = 1 == 2\nbcd = 2\n", "a   = 1 == 2\nbcd = 2\n"],
])("%s", async (_what, before, after) => {
  expect(await aligned(before)).toBe(after);
  expect(await aligned(after)).toBe(after);
});
