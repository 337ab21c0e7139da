import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inheritedEnvironment } from "./child-environment";
import { killGroup } from "./kill-group";
import { theReaper } from "./reaper";
import { unrefChild } from "./unref-child";

/** A running SeaweedFS with an S3 endpoint. */
export interface WeedServer {
  readonly url: string;
  stop(): Promise<void>;
}

const PORTS = ["s3.port", "master.port", "volume.port", "filer.port"];

/** Starts SeaweedFS on free loopback ports, and waits until its S3 endpoint answers. It ends with this process at the latest. */
export async function startWeed(command: string, timeoutMs = 120_000): Promise<WeedServer> {
  const folder = mkdtempSync(join(tmpdir(), "statelock-weed-"));
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "s3.json"), JSON.stringify(IDENTITIES));
  const names = [...PORTS, ...PORTS.map((name) => `${name}.grpc`)];
  const ports = await freePorts(names.length);
  const args = [
    ...["server", `-dir=${join(folder, "data")}`, "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"],
    ...[`-s3.config=${join(folder, "s3.json")}`, "-s3.port.iceberg=0"],
    ...names.map((name, at) => `-${name}=${String(ports[at])}`),
  ];
  const child = spawn(command, args, { env: inheritedEnvironment(process.env), detached: true, stdio: "ignore" });
  const { pid } = child;
  if (pid !== undefined) theReaper().watch(pid);
  unrefChild(child);
  const stop = async (): Promise<void> => {
    if (pid !== undefined && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      killGroup(pid, "SIGKILL");
      await gone;
      theReaper().release(pid);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${String(ports[0])}`;
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
    if (await answers(url)) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await stop();
  throw new Error(`${command} did not answer at ${url} within ${String(timeoutMs)} ms`);
}

const IDENTITIES = {
  identities: [
    {
      name: "test",
      credentials: [{ accessKey: "test", secretKey: "test" }],
      actions: ["Admin", "Read", "Write", "List", "Tagging"],
    },
  ],
};

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status === 403,
    () => false,
  );
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
