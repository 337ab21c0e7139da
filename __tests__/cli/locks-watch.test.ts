import { setTimeout as pause } from "node:timers/promises";
import { lockListSchema } from "../../lib/lock/lock-report";
import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { bucketFlags, runStatelock, type Run } from "../support/run-command";

jest.mock("node:timers/promises", () => ({ setTimeout: jest.fn(() => Promise.resolve()) }));

const pauses = jest.mocked(pause);
let s3: FakeS3;

beforeEach(async () => {
  s3 = await startFakeS3();
  pauses.mockClear();
});

afterEach(async () => {
  await s3.stop();
});

/** Watches while a lock comes and goes, until the fourth list is refused. */
async function watch(args: readonly string[]): Promise<Run> {
  let lists = 0;
  s3.onRequest(({ operation }) => {
    if (operation !== "ListObjectsV2") return undefined;
    lists += 1;
    if (lists === 2) s3.put("app/terraform.tfstate.tflock", lockBody("A"));
    if (lists === 3) s3.remove("app/terraform.tfstate.tflock");
    return lists === 4 ? 403 : undefined;
  });
  return runStatelock(["locks", "list", "--watch", ...args, ...bucketFlags(s3)]);
}

it("--watch shows the list again and again, and ends with 2 when it can no longer be made", async () => {
  const { code, stdout, stderr } = await watch(["3s"]);
  expect(code).toBe(2);
  expect(stdout.match(/\d locks? among/g)).toEqual(["0 locks among", "1 lock among", "0 locks among"]);
  expect(stderr).toContain("s3:ListBucket");
  expect(pauses.mock.calls).toEqual([[3_000], [3_000], [3_000]]);
});

it("--watch --json writes a line for each list", async () => {
  const { stdout } = await watch(["3s", "--json"]);
  const answers = stdout.trim().split("\n");
  const lists = answers.slice(0, -1).map((line) => lockListSchema.parse(JSON.parse(line)).locks.length);
  expect(lists).toEqual([0, 1, 0]);
  expect(JSON.parse(answers.at(-1) ?? "")).toMatchObject({ problems: [{ code: "aws-call" }] });
});

it("asks every five seconds by default, and never more than once a second", async () => {
  await watch([]);
  expect(pauses.mock.calls[0]).toEqual([5_000]);
  pauses.mockClear();
  await watch(["10ms"]);
  expect(pauses.mock.calls[0]).toEqual([1_000]);
});

it("clears a terminal, and never a pipe or a file", async () => {
  const clear = "\u001b[2J";
  expect((await watch([])).stdout).not.toContain(clear);
  let lists = 0;
  s3.onRequest(({ operation }) => (operation === "ListObjectsV2" && ++lists > 1 ? 403 : undefined));
  const { stdout } = await runStatelock(["locks", "list", "--watch", ...bucketFlags(s3)], { colors: true });
  expect(stdout).toContain(clear);
});
