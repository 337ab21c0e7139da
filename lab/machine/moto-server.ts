import { spawn, type ChildProcess } from "node:child_process";
import { inheritedEnvironment } from "./child-environment";
import { killGroup } from "./kill-group";
import { forkedMotoServer } from "./moto-forks";
import { findMotoServer, MOTO_ADVICE } from "./moto-install";
import { theReaper } from "./reaper";
import { unrefChild } from "./unref-child";

export interface MotoServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

interface MotoServerOptions {
  /** @default - what findMotoServer() finds */
  readonly command?: string;
  /** How long it may take to answer. @default 300000 */
  readonly timeoutMs?: number;
  /** How long stop() lets it end by itself before it is killed. @default 3000 */
  readonly graceMs?: number;
}

/** Starts moto on a free loopback port and waits until it answers. It ends with this process at the latest. */
export async function startMotoServer(options: MotoServerOptions = {}): Promise<MotoServer> {
  const forks = process.env["STATELOCK_MOTO_FORKS"];
  if (options.command === undefined && forks !== undefined) return forkedMotoServer(forks);
  const { command = findMotoServer(), timeoutMs = 300_000, graceMs = 3_000 } = options;
  if (command === undefined) throw new Error(`There is no usable moto_server on this machine: ${MOTO_ADVICE}`);
  // Port 0: the system picks a free one, so there is no moment in which somebody else could take it.
  const args = ["-H", "127.0.0.1", "-p", "0"];
  const env = inheritedEnvironment(process.env);
  const child = spawn(command, args, { env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) theReaper().watch(pid);
  try {
    const url = await announcedUrl(child, command, timeoutMs);
    await fetch(`${url}/moto-api/data.json`);
    // A server that a test forgot must not keep the test runner waiting.
    unrefChild(child);
    return { url, pid: pid ?? -1, stop: () => stop(child, graceMs) };
  } catch (error) {
    await stop(child, graceMs);
    throw error;
  }
}

/** Werkzeug, moto's HTTP server, says on stderr where it listens once it does. Its request log goes the same way. */
function announcedUrl(child: ChildProcess, command: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string): void => {
      reject(new Error(`${command} ${why}. ${said.trim()}\nTry: ${MOTO_ADVICE}`));
    };
    const timer = setTimeout(() => {
      fail(`did not answer within ${String(timeoutMs)} ms`);
    }, timeoutMs);
    child.once("error", (error) => {
      fail(`could not be started: ${error.message}`);
    });
    child.once("exit", (code, signal) => {
      fail(`ended with ${String(code ?? signal)} before it answered`);
    });
    for (const event of ["error", "exit"])
      child.once(event, () => {
        clearTimeout(timer);
      });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4_000);
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

async function stop(child: ChildProcess, graceMs: number): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  child.ref();
  killGroup(pid, "SIGTERM");
  const timer = setTimeout(() => {
    killGroup(pid, "SIGKILL");
  }, graceMs);
  await gone;
  clearTimeout(timer);
  theReaper().release(pid);
}
