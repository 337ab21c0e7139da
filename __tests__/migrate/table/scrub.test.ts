import {
  leftLocks,
  ownedDigests,
  ownsState,
  releaseLeft,
  scrubDigest,
  type OwnedDigest,
  type Scrubbed,
} from "../../../lib/migrate/table/scrub";
import { NO_ANSWER } from "../../support/fake-history";
import { digestItem, lockItem, MD5, minute, OTHER_MD5, TARGET } from "../../support/live-state";
import { DIGEST_ITEM, LiveWorld } from "../../support/live-world";

const FAILED = { reply: "failed", why: "throttled", problem: NO_ANSWER } as const;
const UNREADABLE = { found: "unreadable", why: "throttled", problem: NO_ANSWER } as const;
const OWNER = { ...TARGET, phase: "lockfile", table: undefined } as const;

it("a root keeps its key and that of each workspace, and nothing that looks like it", () => {
  const items = ["b/app", "b/env:/dev/app", "b/env:/a/b/app", "b/env://app", "b/other/app", "c/app", "b/env:/dev/app2"];
  expect(items.filter((item) => ownsState(TARGET, item))).toEqual(["b/app", "b/env:/dev/app"]);
  expect(ownsState({ ...TARGET, workspaceKeyPrefix: "" }, "b/dev/app")).toBe(true);
});

it("digests are told from locks by what they hold, and belong to every root that keeps the state", () => {
  const found = [digestItem(MD5), lockItem("a@b")].flatMap((reading) =>
    reading.found === "item" ? [reading.item] : [],
  );
  const other = { ...TARGET, root: "live/copy" };
  expect(ownedDigests(found, [TARGET, other, { ...TARGET, key: "x" }])).toEqual([
    { lockId: "b/app-md5", digest: MD5, stateKey: "app", owners: [TARGET, other] },
  ]);
});

/** A state that a client on `lockfile` wrote last, and the digest that it left stale. */
function scrubbable(): LiveWorld {
  const world = new LiveWorld();
  world.fileRuns = { found: "runs", runs: [{ taken: minute(4), released: minute(6) }], lastByClient: minute(4) };
  world.digest = OTHER_MD5;
  return world;
}

function scrub(world: LiveWorld, change: Partial<OwnedDigest> = {}, dryRun = false): Promise<Scrubbed> {
  const owned = { lockId: DIGEST_ITEM, digest: OTHER_MD5, stateKey: "app", owners: [OWNER], ...change };
  return scrubDigest(owned.owners.length === 0 ? undefined : world.ports, owned, dryRun);
}

const line = ({ outcome, problems }: Scrubbed): string => [outcome, ...problems.map(({ code }) => code)].join(" ");

it("a digest is removed under both locks, which are released", async () => {
  const world = scrubbable();
  let locked: readonly boolean[] = [];
  world.table.beforeWrite = (call) => {
    if (call === "delete digest") locked = world.locked;
    return undefined;
  };
  expect(line(await scrub(world))).toBe("removed");
  expect([world.digest, locked, world.locked]).toEqual([undefined, [true, true], [false, false]]);
});

it("a look only takes no lock", async () => {
  const world = scrubbable();
  expect(line(await scrub(world, {}, true))).toBe("removable");
  expect([world.digest, world.s3.calls, world.table.calls]).toEqual([OTHER_MD5, [], []]);
});

describe("the digest stays, and why is said, where", () => {
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
    ["it is another by now", "left digest-changed", () => undefined, { digest: "a".repeat(32) }],
    ["the state cannot be read", "unknown aws-call", (world) => (world.state = UNREADABLE)],
    ["the locks of the past cannot be read", "unknown aws-call", (world) => (world.fileRuns = UNREADABLE)],
    ["the table cannot be read", "unknown aws-call", (world) => (world.table.beforeRead = () => UNREADABLE)],
    [
      "the lock in the table is not to be had",
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

it("a lock that could not be released is told beside what was done", async () => {
  const world = scrubbable();
  world.s3.fault = (call) => (call === "remove" ? "before" : undefined);
  const result = await scrub(world);
  expect([line(result), world.digest]).toEqual(["removed lock-left", undefined]);
  expect(result.problems[0]?.message).toContain("The lock's ID is ours");
});

it("a killed run's locks are gone on under, and released with what was left to do", async () => {
  const world = scrubbable();
  world.leave("s3");
  expect(line(await scrub(world))).toBe("left lock-held");
  world.takenOver = ["dead"];
  expect(line(await scrub(world))).toBe("removed");
  expect([world.digest, world.locked]).toEqual([undefined, [false, false]]);
});

it("locks that a killed run left beside no digest are named, and released where somebody says so", async () => {
  const world = scrubbable();
  world.digest = undefined;
  world.leave("both");
  const items = [...world.table.held.values()];
  const found = leftLocks(items, [OWNER]);
  const [left] = found;
  if (left === undefined) throw new Error("nothing was found");
  expect(found).toEqual([{ lockId: "b/app", stateKey: "app", owners: [OWNER] }]);
  expect(line(await releaseLeft(world.ports, left, false))).toBe("left lock-held");
  world.takenOver = ["dead"];
  expect(line(await releaseLeft(world.ports, left, true))).toBe("left lock-held");
  expect(line(await releaseLeft(undefined, { ...left, owners: [] }, false))).toBe("left unknown-state");
  expect([line(await releaseLeft(world.ports, left, false)), world.locked]).toEqual(["released", [false, false]]);
});

it("a client's lock, or one beside a digest that is scrubbed anyway, is no lock that was left", () => {
  const world = scrubbable();
  world.leave("both");
  expect(leftLocks([...world.table.held.values()], [OWNER])).toEqual([]);
  world.digest = undefined;
  world.holdTable("a@b");
  expect(leftLocks([...world.table.held.values()], [OWNER])).toEqual([]);
});
