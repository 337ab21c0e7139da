import { leftLocks, type OwnedDigest } from "../../../lib/migrate/table/owned-items";
import { releaseLeft, scrubDigest, type Scrubbed } from "../../../lib/migrate/table/scrub-item";
import { NO_ANSWER } from "../../support/fake-history";
import { MD5, minute, OTHER_MD5, TARGET } from "../../support/live-state";
import type { LiveWorld } from "../../support/live-world";
import { DIGEST_ITEM, OWNER, scrubbable } from "../../support/live-world";

const FAILED = { reply: "failed", why: "throttled", problem: NO_ANSWER } as const;
const UNREADABLE = { found: "unreadable", why: "throttled", problem: NO_ANSWER } as const;

function scrub(
  world: LiveWorld,
  change: Partial<OwnedDigest> = {},
  { dryRun = false, gone = [] as readonly string[] } = {},
): Promise<Scrubbed> {
  const owned = { lockId: DIGEST_ITEM, digest: OTHER_MD5, stateKey: "app", owners: [OWNER], ...change };
  return scrubDigest(owned.owners.length === 0 ? undefined : world.ports, owned, { table: "locks", dryRun, gone });
}

const line = ({ outcome, problems }: Scrubbed): string => [outcome, ...problems.map(({ code }) => code)].join(" ");

it("removes a digest under both locks, and releases them", async () => {
  const world = scrubbable();
  let locked: readonly boolean[] = [];
  world.table.beforeWrite = (call) => {
    if (call === "delete digest") locked = world.locked;
    return undefined;
  };
  expect(line(await scrub(world))).toBe("removed");
  expect([world.digest, locked, world.locked]).toEqual([undefined, [true, true], [false, false]]);
});

it("the digest of a state that does not exist goes in every phase, if the operator names the state", async () => {
  const world = scrubbable();
  world.state = { found: "nothing" };
  const behind = { owners: [OWNER, TARGET] };
  const left = await scrub(world, behind, { gone: ["other"] });
  expect(line(left)).toBe("left state-missing");
  expect(left.problems[0]?.fix).toContain("statelock migrate scrub --table locks --gone app ");
  expect(line(await scrub(world, behind, { gone: ["app"] }))).toBe("removed");
  expect([world.digest, world.locked]).toEqual([undefined, [false, false]]);
});

it("a state that exists keeps its digest, though the operator names it", async () => {
  expect(line(await scrub(scrubbable(), { owners: [TARGET] }, { gone: ["app"] }))).toBe("left not-on-lockfile");
});

it("takes no lock in a dry run", async () => {
  const world = scrubbable();
  expect(line(await scrub(world, {}, { dryRun: true }))).toBe("removable");
  expect([world.digest, world.s3.calls, world.table.calls]).toEqual([OTHER_MD5, [], []]);
});

describe("leaves the digest, with the reason, if", () => {
  it.each<[string, string, (world: LiveWorld) => unknown, Partial<OwnedDigest>?]>([
    ["no known root keeps the state", "left unknown-state", () => undefined, { owners: [] }],
    ["one of its roots is not on lockfile", "left not-on-lockfile", () => undefined, { owners: [OWNER, TARGET] }],
    [
      "a client with the table alone wrote last",
      "left left-behind",
      (world) => {
        world.digest = MD5;
        world.fileRuns = { found: "runs", runs: [{ taken: minute(1), released: minute(2) }], lastByClient: minute(1) };
      },
      { digest: MD5 },
    ],
    [
      "somebody holds the lock with a file",
      "left lock-held",
      (world) => {
        world.holdFile("a@b");
      },
    ],
    [
      "somebody holds the lock in the table",
      "left lock-held",
      (world) => {
        world.holdTable("a@b");
      },
    ],
    ["somebody has changed it", "left digest-changed", () => undefined, { digest: "a".repeat(32) }],
    ["the state cannot be read", "unknown aws-call", (world) => (world.state = UNREADABLE)],
    ["the locks of the past cannot be read", "unknown aws-call", (world) => (world.fileRuns = UNREADABLE)],
    ["the table cannot be read", "unknown aws-call", (world) => (world.table.beforeRead = () => UNREADABLE)],
    [
      "the lock in the table cannot be taken",
      "unknown aws-call",
      (world) => (world.table.beforeWrite = (call) => (call === "lock" ? FAILED : undefined)),
    ],
    [
      "the delete fails",
      "unknown aws-call",
      (world) => (world.table.beforeWrite = (call) => (call === "delete digest" ? FAILED : undefined)),
    ],
  ])("%s", async (...[_name, expected, change, digest]) => {
    const world = scrubbable();
    change(world);
    const before = [world.digest, world.locked];
    expect(line(await scrub(world, digest))).toBe(expected);
    expect([world.digest, world.locked]).toEqual(before);
  });
});

it("reports a lock that it could not release beside its result", async () => {
  const world = scrubbable();
  world.s3.fault = (call) => (call === "remove" ? "before" : undefined);
  const result = await scrub(world);
  expect([line(result), world.digest]).toEqual(["removed lock-left", undefined]);
  expect(result.problems[0]?.message).toContain("The lock's ID is ours");
});

it("continues under the locks of a killed run that the operator names, and releases them", async () => {
  const world = scrubbable();
  world.leave("s3");
  expect(line(await scrub(world))).toBe("left lock-held");
  world.takenOver = ["dead"];
  expect(line(await scrub(world))).toBe("removed");
  expect([world.digest, world.locked]).toEqual([undefined, [false, false]]);
});

it("names a lock of another folder by its ID and holder, and never calls it a digest", async () => {
  const world = scrubbable();
  world.leave("both");
  const [left] = leftLocks([...world.table.held.values()], []);
  if (left === undefined) throw new Error("nothing was found");
  const { problems } = await releaseLeft(undefined, left, false);
  expect(problems[0]?.message).toMatch(/^is a lock of .+@.+ \(ID dead, statelock-migrate\)/);
  expect(problems[0]?.fix).not.toContain("delete");
});

it("reports the locks that a killed run left without a digest, and releases them if the operator names them", async () => {
  const world = scrubbable();
  world.digest = undefined;
  world.leave("both");
  const items = [...world.table.held.values()];
  const found = leftLocks(items, [OWNER]);
  const [left] = found;
  if (left === undefined) throw new Error("nothing was found");
  expect(found).toEqual([{ lockId: "b/app", lock: left.lock, stateKey: "app", owners: [OWNER] }]);
  expect(line(await releaseLeft(world.ports, left, false))).toBe("left lock-held");
  world.takenOver = ["dead"];
  expect(line(await releaseLeft(world.ports, left, true))).toBe("left lock-held");
  expect(line(await releaseLeft(undefined, { ...left, owners: [] }, false))).toBe("left unknown-state");
  expect([line(await releaseLeft(world.ports, left, false)), world.locked]).toEqual(["released", [false, false]]);
});
