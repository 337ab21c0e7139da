import { repairDigest, type Repair, type RepairOptions } from "../../../lib/migrate/step/repair-digest";
import { UserError } from "../../../lib/problem/problem";
import { NO_ANSWER } from "../../support/fake-history";
import { MD5, minute, OTHER_MD5, TARGET } from "../../support/live-state";
import { DIGEST_ITEM, staleWorld, type LiveWorld } from "../../support/live-world";

const FAILED = { reply: "failed", why: "throttled", problem: NO_ANSWER } as const;
const UNREADABLE = { found: "unreadable", why: "throttled", problem: NO_ANSWER } as const;

async function repair(world: LiveWorld, options: Partial<RepairOptions> = {}): Promise<Repair> {
  return repairDigest(world.ports, TARGET, await world.look(), { dryRun: false, accepted: [], ...options });
}

/** What became of it, in a line. */
const line = ({ outcome, problems }: Repair): string => [outcome, ...problems.map(({ code }) => code)].join(" ");

it("replaces the digest of an earlier version by the state's own, under both locks, and releases them", async () => {
  const world = staleWorld();
  let locked: readonly boolean[] = [];
  world.table.beforeWrite = (call) => {
    if (call === "digest") locked = world.locked;
    return undefined;
  };
  expect(line(await repair(world))).toBe("repaired");
  expect([world.digest, locked, world.locked]).toEqual([MD5, [true, true], [false, false]]);
});

it.each<[string, (world: LiveWorld) => unknown]>([
  ["that is right", (world) => (world.digest = MD5)],
  ["that is not there", (world) => (world.digest = undefined)],
  ["of no state", (world) => [(world.state = { found: "nothing" }), (world.digest = undefined)]],
])("a digest %s is left, and no lock is taken", async (_name, change) => {
  const world = staleWorld();
  change(world);
  const { digest } = world;
  expect(line(await repair(world))).toBe("right");
  expect([world.digest, world.s3.calls, world.table.calls]).toEqual([digest, [], []]);
});

it("a dry run reports what is needed or why it is refused, and takes no lock", async () => {
  const world = staleWorld();
  expect(line(await repair(world, { dryRun: true }))).toBe("needed");
  world.versions = [];
  expect(line(await repair(world, { dryRun: true }))).toBe("refused digest-unexplained");
  expect([world.digest, world.s3.calls, world.table.calls]).toEqual([OTHER_MD5, [], []]);
});

describe("the digest stays, with a reason, where", () => {
  it.each<[string, string, (world: LiveWorld) => unknown]>([
    [
      "the state is older than what the digest is of",
      "refused state-older",
      (world) => (world.versions = [{ versionId: "v", md5: OTHER_MD5, serial: 3, lineage: "l" }]),
    ],
    [
      "the state has another lineage",
      "refused state-older",
      (world) => (world.versions = [{ versionId: "v", md5: OTHER_MD5, serial: 1, lineage: "x" }]),
    ],
    ["nobody knows what the digest is of", "refused digest-unexplained", (world) => (world.versions = [])],
    ["the state is gone", "refused state-missing", (world) => (world.state = { found: "nothing" })],
    [
      "somebody holds the lock with a file",
      "refused lock-held",
      (world) => {
        world.holdFile("a@b");
      },
    ],
    [
      "somebody holds the lock in the table",
      "refused lock-held",
      (world) => {
        world.holdTable("a@b");
      },
    ],
    ["the state cannot be read", "unknown aws-call", (world) => (world.state = UNREADABLE)],
    ["the locks of the past cannot be read", "unknown aws-call", (world) => (world.fileRuns = UNREADABLE)],
    ["the table cannot be read", "unknown aws-call", (world) => (world.table.beforeRead = () => UNREADABLE)],
    [
      "the lock in the table is not to be had",
      "unknown aws-call",
      (world) => (world.table.beforeWrite = (call) => (call === "lock" ? FAILED : undefined)),
    ],
    [
      "the lock with a file is not to be had",
      "unknown aws-call",
      (world) => (world.s3.fault = (call) => (call === "create" ? "before" : undefined)),
    ],
    [
      "the write fails",
      "unknown aws-call",
      (world) => (world.table.beforeWrite = (call) => (call === "digest" ? FAILED : undefined)),
    ],
  ])("%s", async (_name, expected, change) => {
    const world = staleWorld();
    change(world);
    const others = world.locked;
    expect(line(await repair(world))).toBe(expected);
    expect([world.digest, world.locked]).toEqual([OTHER_MD5, others]);
  });

  it("the versions cannot be read", async () => {
    const world = staleWorld();
    const versions = (): never => {
      throw new UserError([NO_ANSWER], "unknown");
    };
    const ports = { ...world.ports, versions };
    const result = await repairDigest(ports, TARGET, await world.look(), { dryRun: false, accepted: [] });
    expect([line(result), world.digest, world.locked]).toEqual(["unknown aws-call", OTHER_MD5, [false, false]]);
  });
});

it("a state that somebody vouches for, or that Terraform certainly wrote under its lock, is right", async () => {
  const vouched = staleWorld();
  vouched.versions = [];
  expect(line(await repair(vouched, { accepted: [MD5] }))).toBe("repaired");
  const written = staleWorld();
  written.versions = [];
  written.fileRuns = { found: "runs", runs: [{ taken: minute(4), released: minute(6) }], lastByClient: minute(4) };
  expect(line(await repair(written))).toBe("repaired");
  expect([vouched.digest, written.digest]).toEqual([MD5, MD5]);
});

it("judges again under the locks, and leaves a digest that is right by then", async () => {
  const world = staleWorld();
  world.table.afterWrite = (call) => {
    if (call === "lock") world.digest = MD5;
    return undefined;
  };
  expect(line(await repair(world))).toBe("right");
  expect([world.table.calls, world.locked]).toEqual([
    ["lock", "unlock"],
    [false, false],
  ]);
});

it("does not report a digest as right that it could not read again under the locks", async () => {
  const world = staleWorld();
  world.table.afterWrite = (call) => {
    if (call === "lock") world.table.beforeRead = (lockId) => (lockId === DIGEST_ITEM ? UNREADABLE : undefined);
    return undefined;
  };
  expect([line(await repair(world)), world.digest, world.locked]).toEqual([
    "unknown aws-call",
    OTHER_MD5,
    [false, false],
  ]);
});

it("a digest that changed since is not overwritten, though somebody ignored the locks", async () => {
  const world = staleWorld();
  world.table.beforeWrite = (call) => {
    if (call === "digest") world.digest = "a".repeat(32);
    return undefined;
  };
  expect(line(await repair(world))).toBe("refused digest-changed");
  expect([world.digest, world.locked]).toEqual(["a".repeat(32), [false, false]]);
});

it("reports a lock that it could not release, beside its result", async () => {
  const world = staleWorld();
  world.table.beforeWrite = (call) => (call === "unlock" ? FAILED : undefined);
  const result = await repair(world);
  expect(line(result)).toBe("repaired lock-left");
  expect(result.problems[0]?.message).toContain("The lock's ID is ours");
});

describe.each(["s3", "table", "both"] as const)("locks that a killed run left (%s)", (where) => {
  const NAMED = expect.stringContaining("add --take-over dead") as string;

  it("block the repair and are named; with --take-over, the repair uses and releases them", async () => {
    const world = staleWorld();
    world.leave(where);
    const refused = await repair(world);
    expect([line(refused), refused.problems[0]?.fix]).toEqual(["refused lock-held", NAMED]);
    world.takenOver = ["dead"];
    expect(line(await repair(world))).toBe("repaired");
    expect([world.digest, world.locked]).toEqual([MD5, [false, false]]);
  });

  it("are named and released if the digest is right already", async () => {
    const world = staleWorld();
    world.digest = MD5;
    world.leave(where);
    expect(line(await repair(world))).toBe("refused lock-held");
    world.takenOver = ["dead"];
    expect(line(await repair(world, { dryRun: true }))).toBe("right");
    const held = world.locked;
    expect(line(await repair(world))).toBe("right");
    expect([held, world.locked]).toEqual([
      [where !== "table", where !== "s3"],
      [false, false],
    ]);
  });
});

it("a client's lock is not taken over, though its ID is given", async () => {
  const world = staleWorld();
  world.holdTable("a@b");
  world.takenOver = ["one"];
  expect([line(await repair(world)), world.locked]).toEqual(["refused lock-held", [false, true]]);
});
