import { leavesOf } from "../support/leaves-of";
import { commandTree, runStatelock } from "../support/run-command";

const leaves = leavesOf(commandTree()).filter(([name]) => name !== "completion");

/** The title of each block of a help. */
function titles(help: string): string[] {
  return help.split("\n").flatMap((line) => /^([A-Z][A-Za-z ]+):/.exec(line)?.[1] ?? []);
}

it.each([60, 80, 200])("fits a terminal of %i columns", async (columns) => {
  const wide: string[] = [];
  for (const [name] of leaves) {
    const { stdout } = await runStatelock([...name.split(" "), "--help"], { columns, isTerminal: true });
    const most = Math.min(columns, 120);
    wide.push(...stdout.split("\n").filter((line) => line.length > most && !/^\s*'.*'$/.test(line)));
  }
  expect(wide).toEqual([]);
});

it("has the command's own options first, and the common ones last", async () => {
  const { stdout } = await runStatelock(["locks", "release", "--help"]);
  expect(titles(stdout).filter((title) => !/^(Statelock|The|Usage|Arguments)/.test(title))).toEqual([
    "Options",
    "Bucket and AWS options",
    "Common options",
    "Examples",
    "Exit codes",
    "Environment",
    "Docs",
  ]);
});

it.each(leaves)("names exit codes in one line, and the page of %s", async (name) => {
  const { stdout } = await runStatelock([...name.split(" "), "--help"], { columns: 10_000 });
  expect(stdout.match(/^Exit codes: 0 .*$/gm)).toHaveLength(1);
  expect(stdout).toContain(`Docs: docs/reference/commands/${name.replace(" ", "-")}.md`);
});

it("is the same whether the commands of the groups are made, or named alone", async () => {
  const [{ stdout }, whole] = await Promise.all([runStatelock(["--help"]), runStatelock(["help"])]);
  expect(stdout).toBe(whole.stdout);
  expect(stdout).toContain("  locks  ");
});

it("has required options in the usage", async () => {
  const { stdout } = await runStatelock(["migrate", "apply", "--help"]);
  expect(stdout).toContain("Usage: statelock migrate apply --to <phase> [options] [folders...]");
  expect(stdout).toMatch(/--to <phase> .*\(required\)/);
});

it("begins with the program as the reader started it, and breaks a long example as a shell reads it", async () => {
  const { stdout } = await runStatelock(["locks", "run", "--help"], {
    columns: 60,
    environment: { npm_command: "exec" },
  });
  expect(stdout).toContain("Usage: npx statelock locks run");
  expect(stdout).toContain(
    "  $ npx statelock locks run --bucket acme-tfstate --region \\\n      eu-central-1 -- make deploy\n",
  );
});
