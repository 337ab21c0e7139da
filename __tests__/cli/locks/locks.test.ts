import { rmSync } from "node:fs";
import { lockShowSchema } from "../../../cli/locks/locks-show";
import { lockWaitSchema } from "../../../cli/locks/locks-wait";
import { lockListSchema } from "../../../lib/lock/lock-report";
import { lockBody, startFakeS3, type FakeS3 } from "../../../lab/memory/memory-s3";
import { HOME } from "../../support/faults/scenarios";
import { bucketFlags, runStatelock, type Run, type RunSettings } from "../../support/run-command";
import { synthesizedFolder } from "../../support/synthesized-folder";

const STATE = "app/terraform.tfstate";
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
  s3.put(STATE, '{"outputs":{"password":{"value":"CANARY-SECRET"}}}', new Date(Date.now() - 60_000));
  s3.put(`${STATE}.tflock`, lockBody("24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b"), new Date(Date.now() - 120_000));
});

afterEach(async () => {
  await s3.stop();
});

const locks = (args: readonly string[], settings?: RunSettings): Promise<Run> =>
  runStatelock(["locks", ...args, ...bucketFlags(s3)], settings);

it.each([40, 80, 139, 140, 300])(
  "a list fits a terminal of %d columns and leaves no ID and no key out",
  async (columns) => {
    const { code, stdout } = await locks(["list"], { columns, isTerminal: true });
    expect(code).toBe(0);
    const table = stdout
      .split("\n")
      .filter((line) => (columns >= 140 && !line.includes("locks show")) || line.startsWith("  id"));
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 47));
    expect(stdout).toContain("24ee7454-2d06-8b4e-a9b6-a1a2ba9a9a0b");
    expect(stdout).toContain(STATE);
    expect(stdout).toContain("1 lock among 2 objects in s3://acme-tfstate");
  },
);

it("a list in a pipe has one line for each lock, however narrow the terminal is", async () => {
  const key = `${"long/".repeat(60)}terraform.tfstate`;
  s3.put(`${key}.tflock`, lockBody("C"));
  const { stdout } = await locks(["list"], { columns: 40 });
  expect(stdout.split("\n").filter((line) => line.includes(key) && line.includes("C"))).toHaveLength(1);
});

it("colour is only where it is wanted, and escape sequences of a lock are never obeyed", async () => {
  s3.put("evil\u001b[2J.tflock", lockBody("B", { Who: "\u001b]0;owned\u0007", Operation: "x\u202e", Info: "\r\n" }));
  for (const columns of [80, 160]) {
    const { stdout } = await locks(["list"], { columns });
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).toContain("\\u001b");
  }
  expect((await locks(["list"], { colors: true })).stdout).toContain("\u001b[");
});

it("the JSON of a list is of version 1", async () => {
  const { stdout } = await locks(["list", "--json"]);
  expect(lockListSchema.parse(JSON.parse(stdout)).locks).toMatchObject([
    { stateKey: STATE, verdict: "active", stateWrittenSince: true },
  ]);
});

it("a list that could not read a lock says so with exit code 2; one that could not be made too", async () => {
  s3.onRequest(({ key }) => (key.endsWith(".tflock") ? 403 : undefined));
  expect(await locks(["list"])).toMatchObject({
    code: 2,
    stdout: expect.stringContaining("is unreadable") as unknown,
  });
  s3.onRequest(() => 403);
  expect(await locks(["list"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("s3:ListBucket") as unknown,
  });
});

it("show has the whole lock and commands that can be pasted", async () => {
  const { code, stdout } = await locks(["show", `${STATE}.tflock`, "--json"]);
  const { lock, commands } = lockShowSchema.parse(JSON.parse(stdout));
  expect(code).toBe(0);
  expect(lock?.holder?.who).toBe("ci@runner-7");
  expect(commands.release).toMatch(
    /^statelock locks release app\/terraform\.tfstate --id 24ee7454\S+ --reason '.+' --bucket acme-tfstate --region eu-central-1 /,
  );
  const text = (await locks(["show", STATE])).stdout;
  expect(text).toContain(commands.wait);
});

it("a key that a shell would take apart is quoted", async () => {
  s3.put("it's a key\u0007.tflock", lockBody("B"));
  const { stdout } = await locks(["show", "it's a key\u0007", "--json"]);
  expect(lockShowSchema.parse(JSON.parse(stdout)).commands.wait).toContain(
    `wait "$(printf 'it\\047s a key\\007')" --timeout`,
  );
});

it("show of a state that is free says so", async () => {
  const { code, stdout } = await locks(["show", "other"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^s3:\/\/acme-tfstate\/other has no lock file\.\nnote: [^\n]*this command did not check lock tables/,
  );
  expect(stdout).toContain("note: there is no state with this key either; `statelock locks list` has every lock");
});

it("without an inventory, says that it did not check lock tables", async () => {
  const unseen = expect.stringContaining("this command did not check lock tables") as unknown;
  expect((await locks(["list"])).stdout).toEqual(unseen);
  expect(JSON.parse((await locks(["show", "other", "--json"])).stdout)).toMatchObject({
    lock: null,
    notes: [unseen, expect.stringContaining("no state with this key either")],
  });
  expect(JSON.parse((await locks(["wait", "other", "--new", "--json"])).stdout)).toMatchObject({
    outcome: "free",
    notes: [unseen],
  });
  const { stderr } = await locks(["wait", "other", "--new"]);
  expect(stderr).toContain("other has no lock file after");
  expect(stderr).toContain("this command did not check lock tables");
});

it("a consumer that locks in S3 alone is free where it has no lock file", async () => {
  s3.remove(`${STATE}.tflock`);
  const workingDirectory = synthesizedFolder(HOME);
  const run = (...args: readonly string[]): Promise<Run> =>
    runStatelock([...args, "--endpoint-url", s3.place.access?.endpointUrl ?? ""], { workingDirectory });
  try {
    expect((await run("locks", "show", STATE)).stdout).toBe(`s3://acme-tfstate/${STATE} is not locked.\n`);
    expect((await run("locks", "wait", STATE)).stderr).toContain("is free after");
  } finally {
    rmSync(workingDirectory, { recursive: true });
  }
});

it("wait for a key that nobody knows is no free state, unless --new says that it is new", async () => {
  const typo = await locks(["wait", "app/terrafrom.tfstate"]);
  expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining("[key-unknown]") as unknown });
  expect(await locks(["wait", "app/terrafrom.tfstate", "--new"])).toMatchObject({ code: 0 });
  s3.put("free", "{}");
  expect(await locks(["wait", "free"])).toMatchObject({ code: 0 });
  s3.onRequest(({ method }) => (method === "HEAD" ? 403 : undefined));
  expect(await locks(["wait", "other"])).toMatchObject({ code: 2 });
});

it("accepts a consumer's name in place of its key", async () => {
  const workingDirectory = synthesizedFolder(HOME);
  try {
    const args = ["locks", "wait", "app", "--timeout", "0", "--endpoint-url", s3.place.access?.endpointUrl ?? ""];
    expect(await runStatelock(args, { workingDirectory })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${STATE} is still locked`) as unknown,
    });
  } finally {
    rmSync(workingDirectory, { recursive: true });
  }
});

it("wait ends with 0 if the lock is gone, with 1 if it is not, with 2 if nobody knows", async () => {
  expect(await locks(["wait", "other", "--new"])).toMatchObject({ code: 0 });
  const held = await locks(["wait", STATE, "--timeout", "0", "--json"]);
  expect(held.code).toBe(1);
  expect(lockWaitSchema.parse(JSON.parse(held.stdout))).toMatchObject({
    outcome: "timed-out",
    lock: { stateKey: STATE },
  });
  s3.onRequest(() => 403);
  expect(await locks(["wait", "other"])).toMatchObject({ code: 2 });
});

it.each([
  ["show", []],
  ["wait", []],
  ["release", ["--id", "A", "--reason", "x"]],
])("%s calls nothing free that is no state of the bucket", async (command, flags) => {
  for (const key of ["", "s3://other/app/terraform.tfstate"]) {
    const { code, stderr } = await locks([command, key, ...flags]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("[usage]")]);
  }
  expect(s3.requests).toEqual([]);
});

it("no command prints what a state holds", async () => {
  const runs = [
    await locks(["list"]),
    await locks(["list", "--json"]),
    await locks(["show", STATE]),
    await locks(["wait", STATE, "--timeout", "0"]),
  ];
  expect(runs.map(({ stdout, stderr }) => stdout + stderr).join("")).not.toContain("CANARY");
});

it.each([
  [["locks", "list", "--region", "eu-central-1"], "--region must come with --bucket"],
  [["locks", "list", "--bucket", "acme"], "--region must be given with --bucket"],
  [["locks", "list", "--bucket", "acme", "--inventory", "x"], "--bucket must not come with --inventory"],
  [["locks", "list", "--inventory", "nowhere.json"], "nowhere.json must be an inventory, got no such file"],
  [
    ["locks", "list", "--bucket", "acme", "--region", "r", "--expected-bucket-owner", "me"],
    "must be an account number",
  ],
  [
    ["locks", "wait", "k", "--bucket", "acme", "--region", "r", "--timeout", "soon"],
    '--timeout must be a duration of at most 24 days, got "soon"',
  ],
  [["locks", "list", "--bucket", "", "--region", "r"], '--bucket must be a bucket\'s name, got ""'],
  [["locks", "list", "--bucket", "../x", "--region", "r"], "--bucket must be a bucket's name"],
  [["locks", "list", "--bucket", "a..b", "--region", "r"], "--bucket must be a bucket's name"],
  [["locks", "list", "--bucket", "arn:aws:s3:::x", "--region", "r"], "--bucket must be a bucket's name"],
  [["locks", "list", "--bucket", "acme", "--region", ""], "--region must be a region's code"],
  [
    ["locks", "list", "--bucket", "acme", "--region", "r", "--endpoint-url", "notaurl"],
    "--endpoint-url must be a URL that begins with http:// or https://",
  ],
  [["verify", "--endpoint-url", "localhost:9000"], "--endpoint-url must be a URL"],
  [["verify", "--profile", ""], "--profile must name a profile"],
])("usage: %j", async (args, expected) => {
  const { code, stderr } = await runStatelock(args);
  expect(code).toBe(2);
  expect(stderr).toContain(expected);
});

it.each([
  ["locks", "list", "--nope", "--json"],
  ["locks", "show", "--json"],
  ["locks", "release", "k", "--json"],
  ["locks", "nope", "--json"],
])("reports a usage mistake of statelock %s %s %s %s as JSON too", async (...args) => {
  const { code, stdout } = await runStatelock(args);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, problems: [{ code: "usage" }] });
});

it("prints a usage error as text if --json belongs to the command that it runs", async () => {
  expect(await runStatelock(["locks", "run", "--nope", "--", "x", "--json"])).toMatchObject({ code: 2, stdout: "" });
});
