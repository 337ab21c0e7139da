import { EXPECTED_OPTIONS } from "../../cli/options/absent-options";
import { commandTree, runStatelock } from "../support/run-command";
import { leavesOf } from "../support/leaves-of";

it("Windows is refused, with the way on", async () => {
  const { code, stderr } = await runStatelock(["locks", "list"], { platform: "win32" });
  expect([code, stderr]).toEqual([1, expect.stringContaining("next: Run it in WSL")]);
});

it.each([["--version"], ["locks list --json"], ["synth"], ["migrate scan"]])(
  "%s in a folder that is gone is one problem",
  async (command) => {
    const { code, stdout, stderr } = await runStatelock(command.split(" "), { isFolderGone: true });
    expect([code, stdout + stderr]).toEqual([2, expect.stringContaining("somebody has removed the working folder")]);
  },
);

it.each([
  [
    "an unknown command",
    ["lcks"],
    "lcks is not a command of `statelock`",
    "Did you mean locks? `statelock --help` lists",
  ],
  [
    "an unknown command of a group",
    ["migrate", "aply"],
    "aply is not a command of `statelock migrate`",
    "Did you mean apply? `statelock migrate --help` lists",
  ],
  [
    "an unknown option",
    ["locks", "list", "--bukket", "b"],
    "--bukket is not an option of `statelock locks list`",
    "Did you mean --bucket? `statelock locks list --help` shows",
  ],
  [
    "an option that is like no other",
    ["verify", "--xyzzy"],
    "--xyzzy is not an option of `statelock verify`",
    "next: `statelock verify --help` shows",
  ],
  [
    "a missing argument",
    ["locks", "show"],
    "<key> must be given to `statelock locks show`",
    "next: `statelock locks show",
  ],
  ["an argument too many", ["locks", "show", "a", "b"], "`statelock locks show` must get 1 argument, got 2", "next: "],
  ["a missing option", ["migrate", "apply"], "--to <phase> must be given to `statelock migrate apply`", "next: "],
  ["an option without its value", ["locks", "list", "--bucket"], "--bucket <name> must have a value", "next: "],
  [
    "another choice",
    ["migrate", "apply", "--to", "x"],
    '--to <phase> must be one of both, lockfile, got "x"',
    "next: ",
  ],
])("answers %s in two lines, with the next step, and exit code 2", async (_mistake, args, what, next) => {
  const { code, stdout, stderr } = await runStatelock(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const lines = stderr.trim().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(`${what} [usage]`);
  expect(lines[1]).toContain(next);
});

it.each(leavesOf(commandTree()).filter(([name]) => name !== "completion"))(
  "%s has each option that people expect, or says where its value comes from",
  async (name, command) => {
    const own = command.options.flatMap(({ short, long }) => [short, long]);
    const absent = EXPECTED_OPTIONS.filter((option) => !own.includes(option));
    const required = command.options
      .filter(({ mandatory }) => mandatory)
      .flatMap(({ long, argChoices }) => [long ?? "", argChoices?.[0] ?? "x"]);
    const answers = await Promise.all(
      absent.map(async (option) => (await runStatelock([...name.split(" "), ...required, option])).stderr),
    );
    const ends = answers.map((stderr) => stderr.trimEnd().split("\n").at(-1));
    expect(ends.filter((end) => end === undefined || !/next: .*[.] `statelock .* --help`/.test(end))).toEqual([]);
  },
);

it.each([
  ["bootstrap", "--region", "The config names it: bucket.region"],
  ["bootstrap", "--endpoint-url", "The environment names it"],
  ["migrate init", "--region", "The backend of each root names it"],
  ["locks list", "--yes", "It asks nothing."],
])("%s says why it has no %s", async (name, option, reason) => {
  const { code, stderr } = await runStatelock([...name.split(" "), option]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`next: ${reason}`)]);
});

it("reports a usage mistake as JSON with --json", async () => {
  const { code, stdout } = await runStatelock(["locks", "list", "--bukket", "b", "--json"]);
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
    code: 2,
    problems: [{ code: "usage", path: "--bukket" }],
  });
});

it("prints the help of a group without a command, and ends with exit code 2", async () => {
  const { code, stderr } = await runStatelock(["locks"]);
  expect(code).toBe(2);
  expect(stderr).toContain("Usage: statelock locks");
});
