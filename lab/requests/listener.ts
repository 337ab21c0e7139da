import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { parseAwsRequest, type Answer, type AwsRequest, type RawRequest } from "./aws-request";
import { joinedHeaders } from "./joined-headers";
import { readBody } from "./read-body";

/** No answer at all: the connection is cut, as when a load balancer dies. */
export const DROP = "drop";

/** A certificate for 127.0.0.1 as PEM texts, and the file that clients are to trust. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
  readonly certFile: string;
}

interface Listener {
  readonly url: string;
  stop(): Promise<void>;
}

/** S3 takes these connections and leaves it to policies to refuse them; OpenSSL would not. */
export const OLD_TLS = { minVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;

type AnswerTo = (request: AwsRequest) => Promise<Answer | typeof DROP>;

/** Serves AWS requests on a free loopback port. A handler that throws becomes a 500 and a line on stderr. */
export async function listen(answer: AnswerTo, tls?: TlsIdentity): Promise<Listener> {
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    serve(incoming, outgoing, answer).catch((error: unknown) => {
      if (incoming.destroyed && !incoming.complete) return; // The client went away in the middle of its request.
      process.stderr.write(`stand-in: ${String(incoming.method)} ${String(incoming.url)}: ${String(error)}\n`);
      if (!outgoing.headersSent) outgoing.writeHead(500, { "content-type": "text/plain" });
      outgoing.end(`stand-in: ${String(error)}`);
    });
  };
  const server = tls
    ? createHttpsServer({ ...OLD_TLS, key: tls.key, cert: tls.cert }, onRequest)
    : createHttpServer(onRequest);
  // An idle connection that is closed just as the client reuses it fails a request that AWS would have answered.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, answer: AnswerTo): Promise<void> {
  const body = await readBody(incoming);
  const { method = "GET", url: target = "/" } = incoming;
  const headers = joinedHeaders(incoming.headers);
  const given = await answer(parseAwsRequest({ method, target, headers, body, ...transportOf(incoming) }));
  if (given === DROP) incoming.socket.destroy();
  else send(outgoing, method, given);
}

/** How the request came. */
function transportOf({ socket }: IncomingMessage): Pick<RawRequest, "secure" | "tlsVersion"> {
  if (!(socket instanceof TLSSocket)) return { secure: false };
  const [, version] = /^TLSv(.+)$/.exec(socket.getProtocol() ?? "") ?? [];
  return { secure: true, ...(version !== undefined && { tlsVersion: version }) };
}

function send(outgoing: ServerResponse, method: string, answer: Answer): void {
  const body = Buffer.from(answer.body ?? "");
  const headers: Record<string, string> = { ...answer.headers };
  const bodiless = method === "HEAD" || answer.status === 204 || answer.status === 304;
  // HEAD announces the length of a body that it does not send: S3 clients read the object's size from it.
  if (!bodiless) headers["content-length"] = String(body.length);
  outgoing.writeHead(answer.status, headers);
  outgoing.end(bodiless ? undefined : body);
}
