import type { Locking } from "../../../lib/policy/access-level";
import type { ConsumerConfig } from "../../../lib/config/state-config";
import { NOTHING_SEEN, parseSeenRecord, type SeenRecord, type SeenState } from "../../../lib/record/migration-record";
import { places, refusals, text, config } from "../../support/home";

const DAY = (day: number): string => `2026-01-0${String(day)}T00:00:00.000Z`;

function seen(states: Readonly<Record<string, SeenState>>): SeenRecord {
  return {
    version: 1,
    states: Object.fromEntries(Object.entries(states).map(([key, state]) => [`acme-tfstate/${key}`, state])),
  };
}

function refused(locking: Locking | undefined, record: SeenRecord, consumer: Partial<ConsumerConfig> = {}): string[] {
  const consumers = [{ name: "app", ...(locking === undefined ? {} : { locking }), ...consumer }];
  return places(refusals(config({ legacyTable: "locks", consumers }), { seen: record }));
}

const KEY = "app/terraform.tfstate";
const SKIPPED = ["phase-skipped consumers[0].locking"];

describe("a consumer on lockfile", () => {
  it("is nobody's business where nothing was recorded of its state", () => {
    expect(refused("lockfile", NOTHING_SEEN)).toEqual([]);
    expect(refused("lockfile", seen({ other: { reached: { dynamodb: DAY(1) } } }))).toEqual([]);
    expect(refused("lockfile", seen({ [KEY]: { both: DAY(1) } }))).toEqual([]);
    expect(
      refused("lockfile", { version: 1, states: { [`other-bucket/${KEY}`]: { reached: { dynamodb: DAY(1) } } } }),
    ).toEqual([]);
  });

  it.each<[string, SeenState]>([
    ["on dynamodb", { reached: { dynamodb: DAY(1) } }],
    ["on both, which nobody was seen on", { reached: { dynamodb: DAY(1), both: DAY(2) } }],
    ["back on dynamodb", { both: DAY(2), reached: { both: DAY(1), lockfile: DAY(3), dynamodb: DAY(5) } }],
    [
      "back on both from dynamodb, and seen there before that only",
      { both: DAY(2), reached: { dynamodb: DAY(3), both: DAY(4) } },
    ],
    [
      "on both, and seen there by somebody who had not gone back to dynamodb yet",
      { both: DAY(3), reached: { dynamodb: DAY(2), both: DAY(4) } },
    ],
  ])("is refused where its state is known %s", (_what, state) => {
    expect(refused("lockfile", seen({ [KEY]: state }))).toEqual(SKIPPED);
    expect(refused(undefined, seen({ [KEY]: state }))).toEqual(SKIPPED);
    expect(refused("both", seen({ [KEY]: state }))).toEqual([]);
  });

  it.each<[string, SeenState]>([
    ["on lockfile", { reached: { dynamodb: DAY(1), both: DAY(2), lockfile: DAY(3) } }],
    ["on both, and seen there", { both: DAY(3), reached: { dynamodb: DAY(1), both: DAY(2) } }],
    ["on both, and seen there before", { both: DAY(1), reached: { both: DAY(2) } }],
    [
      "back on both from lockfile, and seen there before that",
      { both: DAY(3), reached: { dynamodb: DAY(1), both: DAY(5), lockfile: DAY(4) } },
    ],
  ])("is taken where its state is known %s", (_what, state) => {
    expect(refused("lockfile", seen({ [KEY]: state }))).toEqual([]);
  });

  it("is taken where one of its workspaces was seen on both", () => {
    const record = seen({ [KEY]: { reached: { both: DAY(1) } }, [`w/test/${KEY}`]: { both: DAY(2) } });
    expect(refused("lockfile", record)).toEqual(SKIPPED);
    expect(refused("lockfile", record, { workspaceKeyPrefix: "w" })).toEqual([]);
    expect(refused("lockfile", record, { workspaceKeyPrefix: "other" })).toEqual(SKIPPED);
  });

  it("gets the next step, and the way to confirm a known phase", () => {
    const record = seen({ [KEY]: { reached: { dynamodb: DAY(1) } } });
    expect(text(refusals(config(), { seen: record }))).toMatchInlineSnapshot(`
      "[phase-skipped] consumers[0].locking must be on "both" first, and seen there, got "lockfile" for "acme-tfstate/app/terraform.tfstate", which is on "dynamodb" since 2026-01-01T00:00:00.000Z in statelock.migration.json
        -> Set it to "both" and run \`statelock migrate apply --to lockfile --root app\` after every client has run with it: the command checks that. If you know that no client locks only in the table, keep "lockfile" and add --offline."
    `);
  });
});

it("a consumer does not go from lockfile to dynamodb in one step", () => {
  const record = seen({ [KEY]: { both: DAY(2), reached: { both: DAY(1), lockfile: DAY(3) } } });
  expect(refused("dynamodb", record)).toEqual(SKIPPED);
  expect(refused("both", record)).toEqual([]);
  expect(refused("dynamodb", seen({ [KEY]: { reached: { lockfile: DAY(1), both: DAY(2) } } }))).toEqual([]);
});

it("reports a file that is not a record", () => {
  for (const wrong of [
    "",
    "[]",
    '{"version": 2, "states": {}}',
    '{"version": 1, "states": {"a": {"reached": {"none": "x"}}}}',
  ])
    expect(parseSeenRecord(wrong)).toMatchObject({ code: "record-unreadable" });
  const record = seen({ [KEY]: { reached: { both: DAY(1) } } });
  expect(parseSeenRecord(JSON.stringify(record))).toEqual(record);
});
