import { NOTHING_SEEN, type SeenRecord } from "../../../lib/record/migration-record";
import type { LiveState } from "../../../lib/migrate/live/live-state";
import {
  merged,
  sightingsIn,
  withLooked,
  withMoved,
  withReached,
  withReachedOf,
  withSeen,
} from "../../../lib/migrate/live/sightings";
import { fileLock, liveState, lockItem, minute, TARGET } from "../../support/live-state";
import type { Phase } from "../../../lib/migrate/scan/configuration/phase";

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));
const iso = (day: number): string => at(day).toISOString();

describe("a phase that is reached", () => {
  it("is kept with its time, beside what was seen, and each phase's last time stays", () => {
    const looked = withSeen(NOTHING_SEEN, [{ state: "b/a", both: at(1) }]);
    const back = withReached(withReached(looked, ["b/a", "b/0"], "both", at(2)), ["b/a"], "dynamodb", at(3));
    expect(back.states).toEqual({
      "b/0": { reached: { both: iso(2) } },
      "b/a": { both: iso(1), reached: { both: iso(2), dynamodb: iso(3) } },
    });
    expect(Object.keys(back.states)).toEqual(["b/0", "b/a"]);
    expect(withReached(back, ["b/a"], "both", at(4)).states["b/a"]?.reached).toEqual({
      dynamodb: iso(3),
      both: iso(4),
    });
  });

  it("keeps the time it was reached at when it is reached again", () => {
    const once = withReached(NOTHING_SEEN, ["b/a"], "both", at(1));
    expect(withReached(once, ["b/a"], "both", at(2))).toEqual(once);
  });

  it("can be taken back, and nothing else with it", () => {
    const before = withReached(NOTHING_SEEN, ["b/a"], "both", at(1));
    const after = withSeen(withReached(before, ["b/a", "b/new"], "lockfile", at(2)), [{ state: "b/a", both: at(3) }]);
    expect(withReachedOf(after, ["b/a", "b/new"], before).states).toEqual({
      "b/a": { both: iso(3), reached: { both: iso(1) } },
    });
  });
});

describe("a client that holds a lock at this moment", () => {
  const seen = (change: Partial<LiveState>): unknown =>
    sightingsIn([
      {
        target: TARGET,
        problems: [],
        states: [liveState({ fileRuns: NO_RUNS, state: { found: "nothing" }, ...change })],
      },
    ])[0]?.both;
  const NO_RUNS = { found: "runs", runs: [], lastByClient: undefined } as const;
  const none = { found: "nothing" } as const;

  it("is on both if S3 and the table show the same lock, also where no history is kept", () => {
    expect(seen({ fileLock: fileLock("ann"), table: { lock: lockItem("ann"), digest: none } })).toEqual(minute(0));
  });

  it("is not known to be on both by one of the locks, or by two locks", () => {
    const other = lockItem("bob");
    const item = other.found === "item" && other.item.kind === "lock" ? other.item : undefined;
    const info = item?.info.replace('"one"', '"two"') ?? "";
    const another = { found: "item", item: { kind: "lock", lockId: "b/app", attributes: {}, info } } as const;
    expect(seen({ fileLock: fileLock("ann"), table: { lock: none, digest: none } })).toBeUndefined();
    expect(seen({ fileLock: none, table: { lock: lockItem("ann"), digest: none } })).toBeUndefined();
    expect(seen({ fileLock: fileLock("ann"), table: { lock: another, digest: none } })).toBeUndefined();
  });
});

describe("a state that is moved", () => {
  const before = (day: number): string => new Date(at(day).getTime() - 1).toISOString();
  const state = (phase: Phase): { bucket: string; key: string; phase: Phase } => ({ bucket: "b", key: "a", phase });

  it("was where its files were until then, also where nothing was recorded of that", () => {
    const both = withMoved(NOTHING_SEEN, [state("dynamodb")], "both", at(2));
    expect(both.states["b/a"]?.reached).toEqual({ dynamodb: before(2), both: iso(2) });
    const back = withMoved(both, [state("both")], "dynamodb", at(3));
    expect(back.states["b/a"]?.reached).toEqual({ dynamodb: iso(3), both: iso(2) });
  });

  it("was on dynamodb again where somebody brought its files back by hand", () => {
    const record = withReached(NOTHING_SEEN, ["b/a"], "both", at(1));
    const again = withMoved(record, [state("dynamodb")], "both", at(4));
    expect(again.states["b/a"]?.reached).toEqual({ dynamodb: before(4), both: iso(4) });
  });
});

describe("files that were looked at", () => {
  const target = (phase: Phase, key = "a"): { bucket: string; key: string; phase: Phase } => ({
    bucket: "b",
    key,
    phase,
  });
  const reached = (record: SeenRecord, phases: readonly Phase[]): unknown =>
    withLooked(
      record,
      phases.map((phase) => target(phase)),
      at(9),
    ).states["b/a"]?.reached;

  it.each<[Phase[], object | undefined]>([
    [["dynamodb"], { dynamodb: iso(9) }],
    [["both"], { both: iso(9) }],
    [["lockfile"], { lockfile: iso(9) }],
    [["none"], undefined],
    [["unknown"], undefined],
    [["lockfile", "dynamodb", "both"], { dynamodb: iso(9) }],
  ])("show the phase of a state without a record: %j", (phases, expected) => {
    expect(reached(NOTHING_SEEN, phases)).toEqual(expected);
  });

  it("do not prove that a state left the table: a person may have edited them", () => {
    const record = withReached(NOTHING_SEEN, ["b/a"], "both", at(1));
    expect(reached(record, ["lockfile"])).toEqual({ both: iso(1) });
    expect(reached(record, ["dynamodb"])).toEqual({ both: iso(1), dynamodb: iso(9) });
    expect(reached(record, ["both"])).toEqual({ both: iso(1) });
  });
});

it("two records come to one that has of each moment the later", () => {
  const left: SeenRecord = {
    version: 1,
    states: { "b/a": { both: iso(3), reached: { dynamodb: iso(1) } }, "b/l": { both: iso(1) } },
  };
  const right: SeenRecord = {
    version: 1,
    states: { "b/a": { both: iso(2), lockfile: iso(4), reached: { dynamodb: iso(2), both: iso(5) } } },
  };
  const both = {
    "b/a": { both: iso(3), lockfile: iso(4), reached: { dynamodb: iso(2), both: iso(5) } },
    "b/l": { both: iso(1) },
  };
  expect(merged(left, right).states).toEqual(both);
  expect(merged(right, left).states).toEqual(both);
});
