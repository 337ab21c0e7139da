import { createColors } from "picocolors";
import { fittingColumns } from "../../../cli/screen/fitting-columns";

const HEAD = ["ROOT", "PHASE", "KEY"];
const ROWS = [
  ["infra/a", "both", "a/terraform.tfstate"],
  ["infra/b", "lockfile", "b"],
];
const text = (columns: number, isTerminal = true): string =>
  fittingColumns(HEAD, ROWS, { columns, isTerminal, colors: createColors(false) });

it("is a table where the terminal is wide enough for it", () => {
  expect(text(80).split("\n")[0]).toBe("ROOT     PHASE     KEY");
});

it("is a block for each row where it is not", () => {
  expect(text(30)).toBe("infra/a\n  phase both\n  key   a/terraform.tfstate\n\ninfra/b\n  phase lockfile\n  key   b\n");
});

it("is never folded on its way to a file or a pipe", () => {
  expect(text(30, false)).toBe(text(80));
});

it("shows what would move a cursor as what it is, folded too", () => {
  const output = { columns: 1, isTerminal: true, colors: createColors(false) };
  expect(fittingColumns(["A", "B"], [["\u001b[2J", "\n"]], output)).toBe("\\u001b[2J\n  b \\u000a\n");
});
