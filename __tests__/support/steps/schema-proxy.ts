import { once } from "node:events";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { connect, constants, createServer, type ClientHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { IncomingHttpHeaders } from "node:http2";
import { createConnection } from "node:net";
import { trimmedSchema } from "./trimmed-schema";

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM } = constants;
/** A schema has 30 MB. */
const WIDE = { settings: { initialWindowSize: 1 << 28 } };
const GET_SCHEMA = "/tfplugin5.Provider/GetSchema";

/** A socket in front of a provider. */
interface SchemaProxy {
  /** Ends every connection, as the end of the provider does. */
  close(): void;
}

/**
 * Passes everything that Terraform says to a provider on, and answers one question itself: the schema of 1,500 types, which
 * every plan, apply and show asks for and which is most of what they cost. One provider of a run of jest is asked for it,
 * and it is trimmed to the types of a state home.
 * @param file where the trimmed schema is kept for other proxies
 */
export async function schemaProxy(socket: string, provider: string, file: string): Promise<SchemaProxy> {
  const sessions = new Set<ClientHttp2Session>();
  const dial = (): ClientHttp2Session => {
    const session = connect("http://provider", { ...WIDE, createConnection: () => createConnection(provider) });
    sessions.add(session);
    return session.on("close", () => sessions.delete(session)).on("error", ignore);
  };
  let schema: Promise<Buffer> | undefined;
  const server = createServer(WIDE);
  server.on("session", (downstream) => {
    const upstream = dial();
    downstream.on("error", ignore).on("close", () => {
      upstream.destroy();
    });
    upstream.on("close", () => {
      downstream.destroy();
    });
    downstream.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on("error", ignore);
      if (headers[":path"] === GET_SCHEMA)
        void (schema ??= keptSchema(file, () => schemaOf(dial(), headers))).then(answer(stream), () => {
          stream.close(NGHTTP2_CANCEL);
        });
      else passOn(stream, headers, upstream);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    close: () => {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}

function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: ClientHttp2Session): void {
  const request = upstream.request({ ...headers });
  let trailers: IncomingHttpHeaders | undefined;
  let isRead = false;
  const end = (): void => {
    if (isRead && trailers !== undefined) stream.end();
  };
  stream.on("wantTrailers", () => {
    stream.sendTrailers({ ...trailers });
  });
  stream.on("close", () => {
    request.close(NGHTTP2_CANCEL);
  });
  request.on("error", () => {
    stream.close(NGHTTP2_CANCEL);
  });
  request.on("response", (answered, flags) => {
    // A failure that gRPC says in one frame has no trailers.
    const endStream = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond({ ...answered }, { endStream, waitForTrailers: !endStream });
    if (!endStream) request.pipe(stream, { end: false });
  });
  request.on("trailers", (found: IncomingHttpHeaders) => {
    trailers = found;
    end();
  });
  request.on("end", () => {
    isRead = true;
    end();
  });
  stream.pipe(request);
}

/** Returns the schema that the file holds, or that `ask` finds and the file holds from then on. */
async function keptSchema(file: string, ask: () => Promise<Buffer>): Promise<Buffer> {
  if (existsSync(file)) return readFileSync(file);
  const schema = await ask();
  const own = `${file}-${String(process.pid)}`;
  writeFileSync(own, schema);
  renameSync(own, file);
  return schema;
}

async function schemaOf(upstream: ClientHttp2Session, headers: IncomingHttpHeaders): Promise<Buffer> {
  await once(upstream, "connect");
  upstream.setLocalWindowSize(1 << 28);
  const request = upstream.request({ ...headers });
  // The request is an empty message.
  request.end(Buffer.alloc(5));
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  upstream.destroy();
  return trimmedSchema(Buffer.concat(parts));
}

function answer(stream: ServerHttp2Stream): (schema: Buffer) => void {
  return (schema) => {
    if (stream.destroyed) return;
    stream.on("wantTrailers", () => {
      stream.sendTrailers({ "grpc-status": "0" });
    });
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.end(schema);
  };
}

function ignore(): void {
  // The other side ends with it.
}
