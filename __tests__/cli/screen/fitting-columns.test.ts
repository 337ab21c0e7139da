import { createColors } from "picocolors";
import { fittingColumns } from "../../../cli/screen/fitting-columns";

const HEAD = ["ROOT", "PHASE", "KEY"];
const ROWS = [
  ["infra/a", "both", "a/terraform.tfstate"],
  ["infra/b", "lockfile", "\u001b[2J\n"],
];
const text = (columns: number, isTerminal = true): string =>
  fittingColumns(HEAD, ROWS, { columns, isTerminal, colors: createColors(false) });

const TABLE = `ROOT     PHASE     KEY
infra/a  both      a/terraform.tfstate
infra/b  lockfile  \\u001b[2J\\u000a
`;
const BLOCKS = `infra/a
  phase both
  key   a/terraform.tfstate

infra/b
  phase lockfile
  key   \\u001b[2J\\u000a
`;

it("is a table where it fits, a block for each row on a narrower terminal, and never folded in a file or a pipe", () => {
  expect([text(80), text(30), text(30, false)]).toEqual([TABLE, BLOCKS, TABLE]);
});
