import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { inheritedEnvironment } from "./child-environment";
import { MOTO_ADVICE, pythonOf } from "./moto-install";
import type { MotoServer } from "./moto-server";
import { unrefChild } from "./unref-child";

let forks: ChildProcess | undefined;

/** Starts the program that forks moto servers for this process and its children. It ends with this process at the latest. */
export async function startMotoForks(moto: string, socket: string): Promise<void> {
  const env = inheritedEnvironment(process.env);
  const program = join(__dirname, "moto-forks.py");
  const child = spawn(pythonOf(moto), [program, socket], { env, stdio: ["pipe", "pipe", "ignore"] });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  unrefChild(child);
  forks = child;
  process.env["STATELOCK_MOTO_FORKS"] = socket;
}

/** Ends what {@link startMotoForks} started. */
export async function stopMotoForks(): Promise<void> {
  if (forks?.exitCode !== null) return;
  forks.ref();
  forks.stdin?.end();
  await once(forks, "exit");
}

/** Returns a moto server of its own, forked by the program that listens at this socket. */
export async function forkedMotoServer(socket: string): Promise<MotoServer> {
  const connection = connect(socket).setEncoding("utf8");
  connection.on("error", () => undefined); // It is closed then.
  const closed = new Promise<undefined>((resolve) =>
    connection.once("close", () => {
      resolve(undefined);
    }),
  );
  const told = new Promise<string>((resolve) => connection.once("data", resolve));
  const line = await Promise.race([told, closed]);
  if (line === undefined) throw new Error(`moto could not be started. Try: ${MOTO_ADVICE}`);
  const [port = "", pid] = line.split(" ");
  // A server that a test forgot must not keep the test runner waiting.
  connection.unref();
  return {
    url: `http://127.0.0.1:${port}`,
    pid: Number(pid),
    stop: async () => {
      connection.ref().end();
      await closed;
    },
  };
}
