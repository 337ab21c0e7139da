import { constants } from "node:os";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { signalIfThere } from "./kill-group";
import { theReaper } from "./reaper";

/** A program in a real terminal, and the person in front of it. */
export interface TerminalWindow {
  /** Everything that the terminal showed so far. */
  readonly shown: () => string;
  /** Waits until the terminal shows the text. Rejects if the program ends before. */
  readonly until: (text: string) => Promise<void>;
  /** Types the text; `\u0003` is Ctrl-C. */
  readonly type: (text: string) => void;
  /** Closes the window: the program gets SIGHUP, and every write to the terminal fails with EIO. */
  readonly close: () => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** How the program ended: its exit code, or the signal that ended it. */
  readonly done: Promise<number | NodeJS.Signals>;
}

interface TerminalWindowOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** @default 120 */
  readonly columns?: number;
}

type Event = { pid: number } | { shown: string } | { code: number } | { signal: number };

/** Starts a program in a terminal of its own, with Python's `pty` module. */
export function openTerminal(
  command: string,
  args: readonly string[],
  { cwd, env, columns = 120 }: TerminalWindowOptions,
): TerminalWindow {
  const script = join(__dirname, "terminal-window.py");
  const window = spawn("python3", [script, String(columns), command, ...args], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  if (window.pid !== undefined) theReaper().watch(window.pid);
  window.stdin.on("error", () => undefined); // The program may have ended already.
  let shown = "";
  let pid: number | undefined;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };

  const done = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    window.once("error", reject);
    createInterface({ input: window.stdout }).on("line", (line) => {
      const event = JSON.parse(line) as Event;
      if ("pid" in event) {
        ({ pid } = event);
        theReaper().watch(pid);
      } else if ("shown" in event) shown += event.shown;
      else resolve("code" in event ? event.code : signalName(event.signal));
      wake();
    });
    window.once("close", () => {
      for (const watched of [window.pid, pid]) if (watched !== undefined) theReaper().release(watched);
      reject(new Error(`the terminal window ended without a result; it showed:\n${shown}`));
    });
  });
  done.catch(() => undefined);

  const order = (what: object): void => void window.stdin.write(`${JSON.stringify(what)}\n`);
  return {
    shown: () => shown,
    until: (text) =>
      new Promise((resolve, reject) => {
        const settle = (end: () => void): void => {
          waiting.delete(look);
          end();
        };
        const look = (): void => {
          if (shown.includes(text)) settle(resolve);
        };
        waiting.add(look);
        look();
        const over = (): void => {
          settle(() => {
            reject(new Error(`the program ended and never showed ${JSON.stringify(text)}:\n${shown}`));
          });
        };
        void done.then(over, over);
      }),
    type: (text) => {
      order({ type: text });
    },
    close: () => {
      order({ close: true });
    },
    signal: (signal) => {
      if (pid !== undefined) signalIfThere(pid, signal);
    },
    done,
  };
}

function signalName(number: number): NodeJS.Signals {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  if (found === undefined) throw new Error(`no signal has the number ${String(number)}`);
  return found[0] as NodeJS.Signals;
}
