import { lockTrial } from "../../cli/options/lock-trial";
import { proveLocking } from "../../lib/aws/prove-locking";
import type { LockTrial } from "../../lib/verify/probe-port";
import {
  cleaningUp,
  lookBeforeTheEnd,
  mustFinish,
  noteLockAtStake,
  uncut,
  untilInterrupted,
} from "../../lib/work/interruption";

let killed: unknown[][];
let shown: string;
let now = 0;

beforeEach(() => {
  jest.spyOn(performance, "now").mockImplementation(() => now);
  killed = [];
  shown = "";
  jest.spyOn(process, "kill").mockImplementation((...args) => {
    killed.push(args);
    return true;
  });
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    shown += String(text);
    return true;
  });
});

afterEach(() => jest.restoreAllMocks());

/** A signal, some time after the one before. */
const signal = (name: NodeJS.Signals = "SIGTERM", later = 1_000): void => {
  now += later;
  process.emit(name, name);
};

/** Work that gets so many signals, and what had happened to the process before its end. */
function work(signals: number): () => Promise<number> {
  return () => {
    for (let nth = 0; nth < signals; nth += 1) signal();
    return Promise.resolve(killed.length);
  };
}

describe("work that must not be cut", () => {
  it("ends before a signal ends the process", async () => {
    expect(await uncut("the probe", work(1))).toBe(0);
    expect(killed).toEqual([[process.pid, "SIGTERM"]]);
    expect([shown.includes("the probe"), mustFinish()]).toEqual([false, false]);
  });

  it("is named when a second signal ends the process at once", async () => {
    expect(await uncut("the probe", work(2))).toBe(1);
    expect(shown).toContain("This run may leave the probe");
  });

  it("takes one Ctrl+C, which the terminal and npm both send, as one signal", async () => {
    const work = (): Promise<number> => {
      signal("SIGINT");
      signal("SIGINT", 3);
      signal("SIGHUP", 3);
      return Promise.resolve(killed.length);
    };
    expect(await uncut("the probe", work)).toBe(0);
    expect(killed).toEqual([[process.pid, "SIGINT"]]);
  });

  it("waits for its end also after Ctrl+\\", async () => {
    const work = (): Promise<number> => {
      signal("SIGQUIT");
      return Promise.resolve(killed.length);
    };
    expect(await uncut("the probe", work)).toBe(0);
    expect(killed).toEqual([[process.pid, "SIGQUIT"]]);
  });

  it("learns that it was asked to stop, for its result", async () => {
    const asked = (isStopped: () => boolean): Promise<boolean> => {
      signal();
      return Promise.resolve(isStopped());
    };
    expect(await uncut("the probe", asked, { goesOn: true })).toBe(true);
  });

  it("is named once if a second signal comes after the work that listened first", async () => {
    let end = (): void => undefined;
    const first = uncut("the first probe", () => new Promise<void>((resolve) => (end = resolve)), { goesOn: true });
    const second = uncut("the second probe", async () => {
      end();
      await first;
      return work(2)();
    });
    await second;
    expect(shown.split("\n").filter((line) => line.includes("may leave the"))).toEqual([
      "This run may leave the second probe",
    ]);
  });

  describe("side by side, without a run that listens", () => {
    /** Two works at once, and functions that end them. */
    function two(): { readonly end: (() => void)[]; readonly works: Promise<void>[] } {
      const end: (() => void)[] = [];
      const works = [0, 1].map((at) =>
        uncut(`probe ${String(at)}`, () => new Promise<void>((done) => void (end[at] = done))),
      );
      return { end, works };
    }

    it.each([
      ["in order", [0, 1]],
      ["in reverse", [1, 0]],
    ])("waits for the last one, %s: no work is cut by the end of another", async (_, order) => {
      const { end, works } = two();
      signal();
      for (const [nth, at] of order.entries()) {
        end[at]?.();
        await works[at];
        expect(killed).toHaveLength(nth);
      }
      expect(killed).toEqual([[process.pid, "SIGTERM"]]);
      expect(shown.match(/Stopping after/g)).toHaveLength(1);
    });

    it("ends the process after a work that began after the signal", async () => {
      let end = (): void => undefined;
      const first = uncut("probe 1", () => new Promise<void>((done) => (end = done)));
      signal();
      await uncut("probe 2", async () => {
        end();
        await first;
        expect(killed).toEqual([]);
      });
      expect(killed).toEqual([[process.pid, "SIGTERM"]]);
      await uncut("probe 3", work(0));
      expect(killed).toHaveLength(1);
    });

    it("says that it stops, whichever of them is still there", async () => {
      const { end, works } = two();
      end[0]?.();
      await works[0];
      signal();
      end[1]?.();
      await works[1];
      expect([killed.length, shown.includes("Stopping after")]).toEqual([1, true]);
    });
  });

  it("returns its latest result before a second signal ends the process", async () => {
    const forget = lookBeforeTheEnd(() => noteLockAtStake("a lock of the engine"));
    await uncut("the probe", work(2));
    forget();
    expect(shown).toContain("This run may leave a lock of the engine");
  });

  it("leaves the end to a run that listens itself, or goes on to its report", async () => {
    const run = untilInterrupted(() => undefined);
    await uncut("the probe", work(1));
    expect([run.requested(), mustFinish()]).toEqual([true, true]);
    run.done();
    await uncut("the probe", work(1), { goesOn: true });
    expect(killed).toEqual([]);
  });

  it("ends the process also after a failure", async () => {
    const failing = (): Promise<never> => {
      signal();
      return Promise.reject(new Error("no answer"));
    };
    await expect(uncut("the probe", failing)).rejects.toThrow("no answer");
    expect(killed).toHaveLength(1);
  });
});

it("the proof that a store locks is named by a second signal, and a first one keeps it from a verdict", async () => {
  const place = { name: "acme", region: "eu-central-1", account: undefined };
  const trial = { ...lockTrial(place, "statelock migrate"), lockKey: ".statelock/probe-1.tflock" };
  const of = (signals: number): LockTrial => ({
    ...trial,
    store: {
      ...trial.store,
      take: async () => {
        await work(signals)();
        const problem = { code: "aws", path: "s3://acme", message: "refused", fix: "Ask." };
        return { reply: "failed", nothingWritten: true, problem };
      },
    },
  });
  expect((await proveLocking(of(1), "s3://acme"))?.problems).toMatchObject([{ code: "interrupted" }]);
  expect([killed, shown.includes("probe-1")]).toEqual([[], false]);
  await proveLocking(of(2), "s3://acme");
  expect([killed.length, mustFinish()]).toEqual([1, false]);
  expect(shown).toContain("This run may leave objects of its probe, that begin with .statelock/probe-1: delete them");
});

describe("work that cleans up", () => {
  const cleaned = jest.fn();

  beforeEach(() => cleaned.mockReset());

  it("cleans up once before a signal ends the process", async () => {
    await cleaningUp(cleaned, () => {
      signal();
      expect(cleaned).toHaveBeenCalledTimes(1);
      return Promise.resolve();
    });
    expect(killed).toEqual([[process.pid, "SIGTERM"]]);
  });

  it("is not ended by a signal while something must finish", async () => {
    await cleaningUp(cleaned, async () => {
      await uncut("the lock", () => {
        signal();
        expect(cleaned).not.toHaveBeenCalled();
        return Promise.resolve();
      });
    });
    expect(killed).toHaveLength(1);
  });
});
