import fc from "../support/fuzz";
import { judgeLock, DEFAULT_LONGEST_RUN, type LockFacts } from "../../lib/lock/lock-verdict";
import { parseLockInfo } from "../../lib/lock/lock-info";
import { lockBody } from "../../lab/memory/memory-s3";

const now = new Date("2026-11-22T12:00:00Z");
const judge = { now, longestRun: DEFAULT_LONGEST_RUN };
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

function facts(takenMinutesAgo: number, part: Partial<LockFacts> = {}): LockFacts {
  const takenAt = minutesAgo(takenMinutesAgo);
  const holder = parseLockInfo(lockBody("24ee", { Created: takenAt.toISOString() }));
  return {
    bucket: "acme-tfstate",
    stateKey: "app/terraform.tfstate",
    holder,
    takenAt,
    stateWrittenAt: "absent",
    ...part,
  };
}

it.each<[string, LockFacts, string]>([
  ["fresh", facts(1), "unknown: taken 1 min ago, its state was not written since; holders send no heartbeat"],
  [
    "state written",
    facts(400, { stateWrittenAt: minutesAgo(3) }),
    "active: the state was written 3 min ago, under this lock",
  ],
  [
    "state written before",
    facts(2, { stateWrittenAt: minutesAgo(3) }),
    "unknown: taken 2 min ago, its state was not written since; holders send no heartbeat",
  ],
  [
    "written long ago",
    facts(60, { stateWrittenAt: minutesAgo(40) }),
    "unknown: taken 1 h ago, the state was last written 40 min ago; holders send no heartbeat",
  ],
  ["old", facts(361), "suspect: older than the longest run (6 h)"],
  [
    "state not readable",
    facts(5, { stateWrittenAt: "unknown" }),
    "unknown: taken 5 min ago, its state could not be read; holders send no heartbeat",
  ],
  [
    "no body",
    facts(900, { holder: undefined }),
    "unknown: Terraform could not read its body, so nobody knows who holds it",
  ],
  [
    "another's",
    facts(1, { stateKey: "b" }),
    "suspect: its body names another state, acme-tfstate/app/terraform.tfstate: somebody copied or restored it",
  ],
])("%s", (_name, given, expected) => {
  const { verdict, reason } = judgeLock(given, judge);
  expect(`${verdict}: ${reason}`).toBe(expected);
});

it("a holder's clock that is off is noted, and does not change the age", () => {
  const holder = parseLockInfo(lockBody("24ee", { Created: "2026-11-22T09:00:00Z" }));
  expect(judgeLock(facts(1, { holder }), judge).notes).toEqual([
    "the holder's clock is 2 h 59 min behind S3's; ages here are by S3's",
  ]);
  expect(judgeLock(facts(1), judge).notes).toEqual([]);
});

it("no lock is ever called safe to delete, and age alone never makes one active", () => {
  const written = fc.oneof(
    fc.constantFrom("absent" as const, "unknown" as const),
    fc.integer({ min: -100, max: 5_000 }).map(minutesAgo),
  );
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 10_000 }), written, fc.boolean(), (age, stateWrittenAt, readable) => {
      const given = facts(age, { stateWrittenAt, ...(readable ? {} : { holder: undefined }) });
      const { verdict, reason } = judgeLock(given, judge);
      expect(reason).not.toMatch(/safe|delete|stale/);
      const alive =
        stateWrittenAt instanceof Date && stateWrittenAt > given.takenAt && stateWrittenAt >= minutesAgo(15);
      expect(verdict === "active").toBe(alive);
      expect(verdict === "suspect").toBe(!alive && readable && age > 360);
    }),
  );
});
