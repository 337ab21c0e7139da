import { hasUnanswered, liveCheck, type LiveAnswers } from "../../../lib/migrate/live/live-fleet-check";
import type { LiveState } from "../../../lib/migrate/live/live-state";
import { phaseFindings } from "../../../lib/migrate/live/phase-findings";
import { NOTHING_SEEN, parseSeenRecord, type SeenRecord } from "../../../lib/record/migration-record";
import { sightingsIn, withReached, withSeen } from "../../../lib/migrate/live/sightings";
import { migrateStatus } from "../../../lib/migrate/live/state-status";
import type { Locking } from "../../../lib/policy/access-level";
import type { ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import { scanned } from "../../support/fleet";
import { digestItem, fileLock, liveState, lockItem, minute, MD5, OTHER_MD5, TARGET } from "../../support/live-state";

const problem = { code: "aws-call", path: "", message: "", fix: "" };
let configuration: ScannedConfiguration;

beforeAll(async () => {
  const text =
    'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "app"\n    use_lockfile = true\n    dynamodb_table = "locks"\n  }\n}\n';
  const [first] = (await scanned({ "app/main.tf": text })).configurations;
  if (first === undefined) throw new Error("nothing was scanned");
  configuration = first;
});

const answers = (states: readonly LiveState[], problems: readonly (typeof problem)[] = []): LiveAnswers =>
  new Map([[configuration, { target: TARGET, states, problems }]]);

async function codes(states: readonly LiveState[], record = NOTHING_SEEN): Promise<string[]> {
  return (await liveCheck(answers(states), record)(configuration)).map(({ code }) => code);
}

const noRuns: Partial<LiveState> = { fileRuns: { found: "runs", runs: [], lastByClient: undefined } };

describe("a root on both goes on to lockfile", () => {
  it("if its digest fits the state and a client has taken a lock file", async () => {
    expect(await codes([liveState()])).toEqual([]);
    expect(hasUnanswered(answers([liveState()]))).toBe(false);
  });

  it("though the table has the digest of a default workspace that does not exist", async () => {
    const gone = liveState({ state: { found: "nothing" } });
    const live = liveState({ stateKey: "env:/blue/app", workspace: "blue" });
    expect(await codes([gone, live])).toEqual([]);
    expect(phaseFindings(TARGET, gone).map(({ code }) => code)).toEqual(["state-missing"]);
  });

  it("when each of its states was seen, or the record remembers it", async () => {
    const blue = { stateKey: "env:/blue/app", workspace: "blue" };
    expect(await codes([liveState(noRuns)])).toEqual(["overlap-unseen"]);
    expect(await codes([liveState(), liveState(blue)])).toEqual([]);
    const [problem] = await liveCheck(
      answers([liveState(), liveState({ ...noRuns, ...blue })]),
      NOTHING_SEEN,
    )(configuration);
    expect(problem).toMatchObject({ code: "overlap-unseen", path: "s3://b/env:/blue/app" });
    expect(problem?.fix).toContain('in its workspace "blue"');
    const record = withSeen(NOTHING_SEEN, [{ state: "b/app", both: minute(1) }]);
    expect(await codes([liveState(noRuns)], record)).toEqual([]);
  });

  it("not by what was seen before its state was on dynamodb again, in S3 or in the record", async () => {
    const reached = (moments: Readonly<Record<string, Date>>): SeenRecord =>
      Object.entries(moments).reduce(
        (record, [phase, at]) => withReached(record, ["b/app"], phase as Locking, at),
        withSeen(NOTHING_SEEN, [{ state: "b/app", both: minute(3) }]),
      );
    const back = reached({ dynamodb: minute(7), both: minute(8) });
    expect(await codes([liveState()], back)).toEqual(["overlap-unseen"]);
    expect(await codes([liveState(noRuns)], back)).toEqual(["overlap-unseen"]);
    expect(await codes([liveState()], reached({ dynamodb: minute(3), both: minute(5) }))).toEqual(["overlap-unseen"]);
    expect(await codes([liveState()], reached({ dynamodb: minute(1), both: minute(2) }))).toEqual([]);
    expect(await codes([liveState()], reached({ lockfile: minute(7), both: minute(8) }))).toEqual([]);

    const { states } = migrateStatus([{ target: TARGET, states: [liveState()], problems: [] }], back, []);
    expect(states).toMatchObject([{ overlap: "unseen", findings: [{ code: "overlap-unseen" }] }]);
    expect(states[0]?.findings[0]?.message).toContain(
      "since it was on dynamodb, until 2026-11-23T10:08:00.000Z; the last such lock is of 2026-11-23T10:04:00.000Z",
    );
  });

  it("and the problem of a consumer asks to deploy its stack", async () => {
    const consumer = new Map([
      [configuration, { target: { ...TARGET, consumer: "app" }, states: [liveState(noRuns)], problems: [] }],
    ]);
    const [problem] = await liveCheck(consumer, NOTHING_SEEN)(configuration);
    expect(problem?.fix).toContain('Run `statelock synth`, then plan or deploy the stack of "app"');
  });

  it("not by the locks that this command took itself, which are no sighting to be recorded either", async () => {
    const runs = [{ taken: minute(4), released: minute(6) }];
    const live = liveState({ fileRuns: { found: "runs", runs, lastByClient: undefined } });
    expect(await codes([live])).toEqual(["overlap-unseen"]);
    expect(sightingsIn([{ target: TARGET, states: [live], problems: [] }])).toEqual([{ state: "b/app" }]);
    expect(sightingsIn([{ target: TARGET, states: [liveState()], problems: [] }])).toEqual([
      { state: "b/app", both: minute(4) },
    ]);
  });

  it("whatever a state that is not there yet says, where another was seen", async () => {
    const none: Partial<LiveState> = { ...noRuns, state: { found: "nothing" } };
    const digest = { lock: { found: "nothing" }, digest: { found: "nothing" } } as const;
    const blue = { stateKey: "env:/blue/app", workspace: "blue" };
    expect(await codes([liveState({ ...none, table: digest }), liveState(blue)])).toEqual([]);
    expect(await codes([liveState({ ...none, table: digest })])).toEqual(["overlap-unseen"]);
  });

  it.each<[string, Partial<LiveState>, string[]]>([
    ["a lock with a file is held", { fileLock: fileLock("a@b") }, ["lock-held"]],
    ["a lock in the table is held", { table: { lock: lockItem("a@b"), digest: digestItem(MD5) } }, ["lock-held"]],
    ["the digest is stale", { table: { lock: { found: "nothing" }, digest: digestItem(OTHER_MD5) } }, ["digest-stale"]],
    [
      "it was written outside a file lock",
      { fileRuns: { found: "runs", runs: [{ taken: minute(1), released: minute(2) }], lastByClient: minute(1) } },
      ["left-behind"],
    ],
    ["a lock may not be read", { fileLock: { found: "unreadable", lasting: true, problem } }, ["aws-call"]],
    ["versions may not be listed", { fileRuns: { found: "unreadable", problem } }, ["aws-call", "overlap-unseen"]],
  ])("not while %s", async (_, change, expected) => {
    expect(await codes([liveState(change)])).toEqual(expected);
  });

  it("and the problem names where the lock is, with the step that fits", async () => {
    const told = async (change: Partial<LiveState>): Promise<{ message: string; fix: string } | undefined> =>
      (await liveCheck(answers([liveState(change)]), NOTHING_SEEN)(configuration))[0];
    const inFile = await told({ fileLock: fileLock("a@b") });
    expect(inFile?.message).toContain("holds a lock with a file");
    expect(inFile?.fix).toContain(`statelock locks show app --bucket b --region ${TARGET.region}`);
    const inTable = await told({ table: { lock: lockItem("a@b"), digest: digestItem(MD5) } });
    expect(inTable?.message).toContain(`holds a lock in the DynamoDB table ${TARGET.table ?? ""}`);
    expect(inTable?.fix).toContain(`--consistent-read --key '{"LockID":{"S":"b/app"}}'`);
    expect(inTable?.fix).toContain("terraform force-unlock");
    expect(inTable?.fix).not.toContain("statelock locks show");
  });

  it("not where it could not be asked", () => {
    expect(hasUnanswered(new Map([[configuration, problem]]))).toBe(true);
    expect(hasUnanswered(answers([], [problem]))).toBe(true);
    expect(hasUnanswered(answers([liveState({ fileRuns: { found: "unreadable", problem } })]))).toBe(true);
  });
});

describe("what is wrong for a root in its phase", () => {
  const found = (phase: typeof TARGET.phase, change: Partial<LiveState>): string[] =>
    phaseFindings({ ...TARGET, phase }, liveState(change)).map(({ code }) => code);
  const stale: Partial<LiveState> = { table: { lock: { found: "nothing" }, digest: digestItem(OTHER_MD5) } };
  const outside: Partial<LiveState> = {
    fileRuns: { found: "runs", runs: [{ taken: minute(1), released: minute(2) }], lastByClient: minute(1) },
  };

  it("a stale digest, for those that ask for it", () => {
    expect([found("dynamodb", stale), found("both", stale), found("lockfile", stale)]).toEqual([
      ["digest-stale"],
      ["digest-stale"],
      [],
    ]);
  });

  it.each(["dynamodb", "both"] as const)("a stale digest has a command that repairs it for a root on %s", (phase) => {
    const [problem] = phaseFindings({ ...TARGET, phase, root: "it's", flags: " --as-backend" }, liveState(stale));
    const command = `statelock migrate rollback --to ${phase} --root 'it'\\''s' --region ${TARGET.region} --as-backend`;
    expect(problem?.fix).toContain(`\`${command}\``);
  });

  it("a client that locks in the table alone, once the root does not", () => {
    expect([found("dynamodb", outside), found("both", outside), found("lockfile", outside)]).toEqual([
      [],
      ["left-behind"],
      ["left-behind"],
    ]);
    expect(found("both", { table: { lock: lockItem("a@b"), digest: digestItem(MD5) } })).toEqual(["left-behind"]);
  });
});

describe("the record", () => {
  it("forgets nothing, and is sorted", () => {
    const first = withSeen(NOTHING_SEEN, [{ state: "b/z", both: minute(1) }, { state: "b/nothing" }]);
    const second = withSeen(first, [
      { state: "b/a", lockfile: minute(2) },
      { state: "b/z", lockfile: minute(3) },
    ]);
    expect(JSON.stringify(second.states)).toBe(
      '{"b/a":{"lockfile":"2026-11-23T10:02:00.000Z"},"b/z":{"both":"2026-11-23T10:01:00.000Z","lockfile":"2026-11-23T10:03:00.000Z"}}',
    );
    expect(parseSeenRecord(JSON.stringify(second))).toEqual(second);
  });

  it.each(["", "{}", '{"version":2,"states":{}}', '{"version":1,"states":{"a":{"both":"yesterday"}}}'])(
    "refuses %j",
    (text) => {
      expect(parseSeenRecord(text)).toMatchObject({ code: "record-unreadable" });
    },
  );
});
