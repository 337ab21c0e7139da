import { runLocked, type Ended, type RunPort } from "../../lib/lock/retry-while-locked";

const HELD = `Error: Error acquiring the state lock
Lock Info:
  ID:        A
  Path:      b/k
  Who:       ci@other`;
const CONFLICT =
  "Error: Error acquiring the state lock\nStatusCode: 409, api error ConditionalRequestConflict: x NoSuchKey";

interface Story {
  /** Output of each run; a run without one succeeds. */
  readonly outputs: readonly string[];
  readonly waits?: readonly ("free" | "held" | "unknown")[];
  readonly ours?: boolean;
  readonly interrupted?: boolean;
  readonly timeout?: number;
  /** The store counts delete markers as objects. */
  readonly refusesKey?: boolean;
}

async function tell(
  story: Story,
): Promise<{ code: number; runs: number; pauses: number[]; released: number; notes: string[] }> {
  const outputs = [...story.outputs];
  const waits = [...(story.waits ?? [])];
  const told = { runs: 0, pauses: [] as number[], released: 0, notes: [] as string[] };
  let now = 0;
  const port: RunPort = {
    run: () => {
      told.runs += 1;
      now += 1_000;
      const output = outputs.shift();
      const ended: Ended = {
        code: output === undefined ? 0 : 3,
        output: output ?? "",
        interrupted: story.interrupted ?? false,
        locks: [],
        who: "me@here",
        startedAt: new Date(0),
        endedAt: new Date(0),
      };
      return Promise.resolve(ended);
    },
    releaseOwn: () => {
      if (story.ours === true) told.released += 1;
      return Promise.resolve(story.ours === true);
    },
    lookForLeft: (ended) => {
      told.notes.push(`looks for the locks of a run that ended with ${String(ended.code)}`);
      return Promise.resolve();
    },
    refusesKey: () => Promise.resolve(story.refusesKey ?? false),
    waitUntilFree: (_failure, milliseconds) => {
      const seen = waits.shift() ?? "unknown";
      if (seen === "held") now += milliseconds;
      return Promise.resolve(seen);
    },
    pause: (milliseconds) => {
      told.pauses.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
    clock: () => now,
    random: () => 1,
    note: (text) => told.notes.push(text),
  };
  return { code: await runLocked(port, story.timeout ?? 600_000), ...told };
}

it("a command that succeeds runs once", async () => {
  expect(await tell({ outputs: [] })).toMatchObject({ code: 0, runs: 1 });
});

it("returns every failure except the held lock unchanged", async () => {
  expect(await tell({ outputs: ["Error: no such provider"] })).toMatchObject({
    code: 3,
    runs: 1,
    notes: ["looks for the locks of a run that ended with 3"],
  });
});

it("a shell may succeed although its engine left a lock", async () => {
  expect((await tell({ outputs: [] })).notes).toEqual(["looks for the locks of a run that ended with 0"]);
});

it("409 is tried again, after pauses that double", async () => {
  const story = await tell({ outputs: [CONFLICT, CONFLICT, CONFLICT] });
  expect(story).toMatchObject({ code: 0, runs: 4, pauses: [500, 1_000, 2_000] });
});

it("a lock of somebody else is waited for, and never released", async () => {
  expect(await tell({ outputs: [HELD], waits: ["free"] })).toMatchObject({ code: 0, runs: 2, released: 0 });
});

it("where the lock cannot be watched, pauses do", async () => {
  expect(await tell({ outputs: [HELD, HELD], waits: ["unknown", "unknown"] })).toMatchObject({
    code: 0,
    runs: 3,
    pauses: [500, 1_000],
  });
});

it("when the time is over the command's own exit code comes back", async () => {
  expect(await tell({ outputs: [HELD, HELD], waits: ["held"] })).toMatchObject({ code: 3, runs: 1 });
  expect(await tell({ outputs: [CONFLICT], timeout: 0 })).toMatchObject({ code: 3, runs: 1, pauses: [] });
});

it("an own lock is released and the command runs at once, three times at most", async () => {
  expect(await tell({ outputs: [HELD], ours: true })).toMatchObject({ code: 0, runs: 2, released: 1, pauses: [] });
  const outputs = Array.from({ length: 9 }, () => HELD);
  expect(await tell({ outputs, ours: true, waits: ["held"] })).toMatchObject({ code: 3, runs: 4, released: 3 });
});

it("does not start a stopped command again", async () => {
  expect(await tell({ outputs: [CONFLICT], interrupted: true })).toMatchObject({ code: 3, runs: 1 });
});

it("three refusals in a row without a lock end the run on a store that counts delete markers as objects, and on no other", async () => {
  const gone =
    "Error: Error acquiring the state lock\nStatusCode: 412, api error PreconditionFailed, StatusCode: 404, NoSuchKey";
  const outputs = [gone, gone, gone, gone];
  expect(await tell({ outputs, refusesKey: true })).toMatchObject({ code: 3, runs: 3 });
  expect(await tell({ outputs, refusesKey: false })).toMatchObject({ code: 0, runs: 5 });
});
