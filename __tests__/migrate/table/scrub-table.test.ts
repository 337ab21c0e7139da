import { UserError } from "../../../lib/problem/problem";
import { requireWholeScan } from "../../../lib/migrate/table/require-whole-scan";
import { scrubTable, scrubVerdict, type ScrubOptions } from "../../../lib/migrate/table/scrub-table";
import type { Scrubbed } from "../../../lib/migrate/table/scrub-item";
import { NO_ANSWER } from "../../support/fake-history";
import { recordedProgress } from "../../support/recorded-progress";
import { OWNER, scrubbable, type LiveWorld } from "../../support/live-world";

const options: ScrubOptions = {
  table: "locks",
  targets: [OWNER],
  dryRun: false,
  gone: [],
  isStopped: () => false,
  progress: recordedProgress().progress,
};

const run = (world: LiveWorld, change: Partial<ScrubOptions> = {}): Promise<readonly Scrubbed[]> =>
  scrubTable({ table: world.table, open: () => world.ports }, { ...options, ...change });

const lines = (results: readonly Scrubbed[]): string[] =>
  results.map(({ lockId, outcome, problems }) => [lockId, outcome, ...problems.map(({ code }) => code)].join(" "));

it("scrubs every digest, and leaves the digest of an unknown root", async () => {
  const world = scrubbable();
  world.table.held.set("b/x-md5", { kind: "digest", lockId: "b/x-md5", digest: "0", attributes: {} });
  const { progress, steps } = recordedProgress();
  expect(lines(await run(world, { progress }))).toEqual(["b/app-md5 removed", "b/x-md5 left unknown-state"]);
  expect(steps).toEqual(["List the items of locks: 2 items", "Remove digests: 2 of 2 looked at, 1 removed"]);
});

it("releases the locks of a killed run that removed the digest", async () => {
  const world = scrubbable();
  world.digest = undefined;
  world.leave("both");
  world.takenOver = ["dead"];
  expect([lines(await run(world)), world.locked]).toEqual([["b/app released"], [false, false]]);
});

it("reports a key of --gone that has no digest", async () => {
  const results = await run(scrubbable(), { gone: ["typo"] });
  expect(lines(results)).toEqual(["typo left unknown-state", "b/app-md5 removed"]);
});

it("begins no other item once it is stopped, and does not count it as done", async () => {
  const results = await run(scrubbable(), { isStopped: () => true });
  expect([lines(results), scrubVerdict(results)]).toEqual([["b/app-md5 unknown interrupted"], "unknown"]);
});

it("reports an item whose store cannot be opened, and throws a bug", async () => {
  const world = scrubbable();
  const openWith = (error: Error): Promise<readonly Scrubbed[]> =>
    scrubTable(
      {
        table: world.table,
        open: () => {
          throw error;
        },
      },
      options,
    );
  expect(lines(await openWith(new UserError([NO_ANSWER], "unknown")))).toEqual(["b/app-md5 unknown aws-call"]);
  await expect(openWith(new Error("bug"))).rejects.toThrow("bug");
});

it.each<[Scrubbed["outcome"], number, string]>([
  ["removed", 0, "fine"],
  ["removed", 1, "refused"],
  ["left", 1, "refused"],
  ["unknown", 1, "unknown"],
])("a digest that is %s with %d problems makes the run %s", (outcome, count, verdict) => {
  const problems = Array<typeof NO_ANSWER>(count).fill(NO_ANSWER);
  expect(scrubVerdict([{ lockId: "b/app-md5", outcome, problems }])).toBe(verdict);
});

it("needs a scan that knows every root", () => {
  expect(() => {
    requireWholeScan([], "locks");
  }).not.toThrow();
  expect(() => {
    requireWholeScan([NO_ANSWER], "locks");
  }).toThrow(/\[aws-call\][^]*DynamoDB table locks was not read[^]*\[table-not-looked-at\]/);
});
