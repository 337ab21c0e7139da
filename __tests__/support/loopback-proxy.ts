import { createServer, request } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** A proxy on loopback that sends everything to one port, whatever host is asked for. */
export interface LoopbackProxy {
  /** `METHOD URL` of a forwarded request, `CONNECT host:port` of a tunnel. */
  readonly seen: readonly string[];
  readonly port: number;
  stop(): Promise<void>;
}

export interface ProxyRules {
  readonly target: number;
  /** `name:password` that it wants; without it, it answers 407. */
  readonly wants?: string;
  /** What it answers to each CONNECT instead of opening a tunnel. */
  readonly refusesTunnels?: number;
}

export async function startProxy({ target, wants, refusesTunnels }: ProxyRules): Promise<LoopbackProxy> {
  const seen: string[] = [];
  const tunnels = new Set<Duplex>();
  const isWelcome = (header: string | undefined): boolean =>
    wants === undefined || header === `Basic ${Buffer.from(wants).toString("base64")}`;
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "", headers } = incoming;
    seen.push(`${method} ${url}`);
    if (!isWelcome(headers["proxy-authorization"])) {
      outgoing.writeHead(407, { "content-type": "text/html" }).end("<html>Who are you?</html>");
      return;
    }
    const { pathname, search } = new URL(url);
    const onward = request({ port: target, host: "127.0.0.1", method, path: pathname + search, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on("connect", ({ url = "", headers }, socket) => {
    tunnels.add(socket);
    seen.push(`CONNECT ${url}`);
    const status = isWelcome(headers["proxy-authorization"]) ? refusesTunnels : 407;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${String(status)} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket);
      socket.pipe(onward);
    });
    for (const end of [onward, socket]) end.on("error", () => [onward, socket].map((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    seen,
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        for (const tunnel of tunnels) tunnel.destroy();
      }),
  };
}
