import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { startFakeS3, lockBody, type FakeS3 } from "../../../lab/memory/memory-s3";
import { bucketFlags, runStatelock, type Run } from "../../support/run-command";
import { ScratchFolder } from "../../support/scratch";

const STATE = "app/terraform.tfstate";
const LOCK = `${STATE}.tflock`;
const folder = new ScratchFolder();
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
  s3.put(LOCK, lockBody("A"));
});

afterEach(async () => {
  await s3.stop();
});

/** A program that logs a lock as Terraform does before it asks for it, and dies. */
function terraform(id: string, then = "kill -9 $$"): string {
  const line = `Attempting to lock remote state: tf_backend.lock.id=${id} tf_backend.lock.path=acme-tfstate/${STATE}`;
  return folder.program("terraform", `#!/bin/sh\necho "${line}" >> "$TF_LOG_PATH"\n${then}\n`);
}

function run(...args: string[]): Promise<Run> {
  const { directory } = folder;
  const environment = { PATH: process.env["PATH"], STATELOCK_AUDIT_LOG: "log/audit.jsonl" };
  return runStatelock(["locks", ...args], { workingDirectory: directory, environment });
}

const release = (...args: string[]): Promise<Run> =>
  run("release", ...args, "--reason", "the job was cancelled", "--yes", ...bucketFlags(s3));

it("a later step releases exactly the lock that a killed run asked for; both are in the audit file", async () => {
  expect(await run("run", "--remember", "lock.json", ...bucketFlags(s3), "--", terraform("A"))).toMatchObject({
    code: 137,
  });
  const { code, stdout } = await release("--from", "lock.json");
  expect([code, s3.body(LOCK)]).toEqual([0, undefined]);
  const log = join(folder.directory, "log", "audit.jsonl");
  const [left = "", released] = readFileSync(log, "utf8").split(/^/m);
  expect(JSON.parse(left)).toMatchObject({ event: "lock-left", lock: { id: "A" } });
  expect([released, statSync(log).mode & 0o777]).toEqual([stdout, 0o600]);
});

it.each([
  ["an engine that outlives its shell", "sleep 30 > /dev/null 2>&1 & echo $! > pid; exit 1"],
  [
    "an engine that lost the descriptors of its shell",
    "(exec 3>&-; exec sleep 30) > /dev/null 2>&1 & echo $! > pid; exit 0",
  ],
])("--release-on-cancel names the lock of %s, and does not release it", async (_name, then) => {
  const { stderr } = await run("run", "--release-on-cancel", ...bucketFlags(s3), "--", terraform("A", then));
  process.kill(Number(readFileSync(folder.path("pid"), "utf8")));
  expect(s3.body(LOCK)).toBeDefined();
  expect(stderr).toContain("something that it started is alive and may hold its lock");
  expect(stderr).toContain("ID A. Release it once nothing of that run is alive");
});

it("names the lock of an engine that was killed in a shell that succeeds, and none that the engine released", async () => {
  const flags = bucketFlags(s3);
  expect((await run("run", ...flags, "--", terraform("A", "exit 0"))).stderr).toContain("ID A. Release it");
  const unlocked = 'echo "Unlocked remote state: tf_backend.lock.id=A" >> "$TF_LOG_PATH"';
  const before = s3.requests.length;
  expect((await run("run", ...flags, "--", terraform("A", unlocked))).stderr).not.toContain("Release it");
  expect(s3.requests.slice(before)).toEqual([]);
});

it("a command goes on although its file can no longer be written", async () => {
  folder.write("lost/there", "");
  const then = "rm -r lost; : > lost; sleep 0.3; kill -9 $$";
  const { code, stderr } = await run(
    "run",
    "--remember",
    "lost/lock.json",
    ...bucketFlags(s3),
    "--",
    terraform("A", then),
  );
  expect([code, stderr]).toEqual([137, expect.stringMatching(/could not write \S+lock.json: E[^]*ID A. Release it/)]);
});

it("a pipe or a device is never replaced by a file, and the command does not start", async () => {
  execFileSync("mkfifo", [folder.path("pipe")]);
  const { code, stderr } = await run("run", "--remember", "pipe", ...bucketFlags(s3), "--", "touch", "started");
  expect([code, stderr]).toEqual([2, expect.stringContaining("got a pipe or a device [not-a-file]")]);
  expect([statSync(folder.path("pipe")).isFIFO(), existsSync(folder.path("started"))]).toEqual([true, false]);
});

it.each(["", "./no-folder/x", "x".repeat(300), "./terraform/x"])(
  "a command that no system starts is a problem: %s",
  async (name) => {
    terraform("A");
    const { code, stderr } = await run("run", "--", name);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/could not be started: .*\[command-missing\]/)]);
  },
);

it("another lock at that key stays, and so does one that the arguments contradict", async () => {
  await run("run", "--remember", "lock.json", ...bucketFlags(s3), "--", terraform("B"));
  expect(await release("--from", "lock.json")).toMatchObject({ code: 1 });
  expect((await release("--from", "lock.json", "--id", "A")).stderr).toContain("must not come with --id or --etag");
  expect((await release("other", "--from", "lock.json")).stderr).toContain(
    "must be a state whose lock lock.json names",
  );
  expect(s3.body(LOCK)).toBeDefined();
});

it("a lock whose body's digest was remembered is that lock, and no other", async () => {
  const remembered = (text: string): string => {
    const sha256 = createHash("sha256").update(text).digest("hex");
    const locks = [{ bucket: "acme-tfstate", stateKey: STATE, sha256 }];
    return folder.write("lock.json", JSON.stringify({ version: 1, locks }));
  };
  remembered("another body");
  expect([(await release("--from", "lock.json")).code, s3.body(LOCK)]).toEqual([1, expect.any(String)]);
  remembered(s3.body(LOCK) ?? "");
  expect([(await release("--from", "lock.json")).code, s3.body(LOCK)]).toEqual([0, undefined]);
});

it("a run that asked for no lock left no lock, and any other file is refused", async () => {
  await run("run", "--remember", "lock.json", ...bucketFlags(s3), "--", "true");
  expect(await release("--from", "lock.json")).toMatchObject({ code: 0, stdout: "" });
  folder.write("other.json", '{"version":2}');
  expect((await release("--from", "other.json")).stderr).toContain("remembered-unreadable");
  expect((await release()).stderr).toContain("must name the state, unless --from names the lock");
});

it("an audit line that cannot be written does not change how a release ends", async () => {
  folder.write("a-file", "in its place");
  const { code, stderr, stdout } = await runStatelock(
    ["locks", "release", STATE, "--id", "A", "--reason", "x", "--yes", ...bucketFlags(s3)],
    { environment: { STATELOCK_AUDIT_LOG: folder.path("a-file", "audit.jsonl") } },
  );
  expect([code, s3.body(LOCK), stdout]).toEqual([0, undefined, expect.stringContaining("lock-released")]);
  expect(stderr).toContain("note: the audit line is not in");
});
