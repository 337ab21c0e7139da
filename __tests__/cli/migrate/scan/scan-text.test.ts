import { scanText } from "../../../../cli/migrate/scan/scan-text";
import { scanned, type Fleet } from "../../../support/fleet";

const root = (key: string, rest: string): string =>
  `terraform {\n  backend "s3" {\n    bucket = "acme"\n    key = "${key}"\n    region = "r"\n${rest}  }\n}\n`;
const lines = async (fleet: Fleet): Promise<string[]> =>
  scanText(await scanned(fleet))
    .split("\n")
    .slice(0, -1);

it("172 finished roots are 3 lines", async () => {
  const roots = Array.from({ length: 172 }, (_, at) => [
    `${String(at)}/main.tf`,
    root(String(at), "    use_lockfile = true\n"),
  ]);
  expect(await lines(Object.fromEntries(roots) as Fleet)).toEqual([
    "172 roots in 172 files: 172 lockfile.",
    "All have: bucket acme, region r.",
    "Nothing to do. --all lists every root.",
  ]);
});

it("a person reads first who has to act, where, and what commands would do", async () => {
  const long = "a".repeat(600);
  const fleet = {
    "1/main.tf": root("1", '    dynamodb_table = "t"\n'),
    "2/main.tf": root("2", '    dynamodb_table = "t"\n'),
    "3/main.tf": root("3", '    dynamodb_table = "u"\n    use_lockfile = true\n'),
    "4/main.tf": root("4", ""),
    "5/main.tf": root("5", "    use_lockfile = true\n"),
    [`${long}/main.tf`]: 'terraform {\n  backend "s3" {}\n}\n',
  };
  expect(await lines(fleet)).toEqual([
    "6 roots in 6 files: 2 dynamodb, 1 both, 1 lockfile, 1 none, 1 unknown.",
    "For a person:",
    "  4/main.tf:2 (none): set use_lockfile = true: nothing locks this state",
    `  ${long}/main.tf:2 (unknown): find where the rest of this backend is set: on the command line, computed, or in a file to name with --backend-files`,
    "For commands:",
    "  2 to both, table t, bucket acme",
    "  1 to lockfile, table u, bucket acme",
    "Finished: 1. --all lists them.",
  ]);
});

it("more than five places with the same step are one line", async () => {
  const roots = ["a", "b", "c", "d", "e", "f"].map((name) => [`${name}/main.tf`, root(name, "")]);
  expect(await lines(Object.fromEntries(roots) as Fleet)).toContain(
    "  a/main.tf:2, b/main.tf:2, c/main.tf:2 and 3 more (none): set use_lockfile = true: nothing locks this state",
  );
});
