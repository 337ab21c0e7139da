import type { CommandResult } from "../../../lab/machine/workspace";

/** Somebody who applies over and over: a root, or a stack, in one checkout. */
interface Applier {
  /** Who and where; also the beginning of its marks. */
  readonly name: string;
  /** Applies once, with this mark, waiting for the lock a little. */
  apply(mark: string): Promise<CommandResult>;
}

export interface ApplyLoop {
  readonly name: string;
  /** Marks of all applies that ended well. */
  readonly marks: readonly string[];
  /** Lets the apply that is at work end, and begins none until {@link resume}. */
  pause(): Promise<void>;
  resume(): void;
  /** Once it has applied this often from now on. @throws what went wrong */
  applied(times?: number): Promise<void>;
  /** Lets the apply that is at work end. @throws what went wrong */
  end(): Promise<void>;
}

/** A loop that a test forgot ends by itself. */
const MOST_RUNS = 400;

/** Milliseconds between applies that nobody waits for: cores are few, and the commands of the story need them too. */
const REST = 2_500;

const LOCKED = "Error acquiring the state lock";

/**
 * Applies until it is ended. That somebody else held the lock is no failure, and tried again; everything else ends the
 * loop, and whoever waits for it is told.
 * @param turn runs each apply: where its turn to use the machine is waited for
 */
export function keepApplying(
  applier: Applier,
  turn: (work: () => Promise<CommandResult>) => Promise<CommandResult>,
): ApplyLoop {
  const { name } = applier;
  const marks: string[] = [];
  const waiting = new Set<() => void>();
  let failure: Error | undefined;
  let wanted: "on" | "pause" | "end" = "on";
  let wake = (): void => undefined;
  let round = Promise.resolve();

  const sleep = (longest?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = longest === undefined ? undefined : setTimeout(resolve, longest);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const tell = (): void => {
    for (const look of waiting) look();
  };
  const once = async (mark: string): Promise<void> => {
    const result = await turn(() => (wanted === "on" ? applier.apply(mark) : Promise.resolve(NOT_RUN)));
    if (result === NOT_RUN) return;
    if (result.code === 0) marks.push(mark);
    else if (!result.stderr.includes(LOCKED))
      failure = new Error(`${name} could not apply ${mark}:\n${result.stdout.slice(-2_000)}\n${result.stderr}`);
    tell();
  };
  const run = async (): Promise<void> => {
    for (let count = 1; isOn() && failure === undefined; count += 1) {
      if (wanted === "pause") await sleep();
      else if (count > MOST_RUNS) failure = new Error(`${name} was forgotten`);
      else {
        await (round = once(`${name} ${String(count)}`));
        if (waiting.size === 0 && wanted === "on") await sleep(REST);
      }
    }
    tell();
  };
  const isOn = (): boolean => wanted !== "end";
  const until = (isMet: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const isDone = isMet();
        if (!isDone && failure === undefined && isOn()) return;
        waiting.delete(look);
        if (isDone) resolve();
        else reject(failure ?? new Error(`${name} was ended`));
      };
      waiting.add(look);
      look();
      wake();
    });
  const done = run();
  return {
    name,
    marks,
    pause: async () => {
      wanted = "pause";
      wake();
      await round;
    },
    resume: () => {
      wanted = "on";
      wake();
    },
    applied: (times = 1) => {
      const goal = marks.length + times;
      return until(() => marks.length >= goal);
    },
    end: async () => {
      wanted = "end";
      wake();
      await done;
      if (failure !== undefined) throw failure;
    },
  };
}

const NOT_RUN: CommandResult = { command: "", code: null, signal: null, stdout: "", stderr: "" };
