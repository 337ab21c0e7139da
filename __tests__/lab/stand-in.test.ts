import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startStandIn, type StandIn } from "../../lab/stand-in/stand-in";

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Node's plain client: fetch would hide lengths, connections and cut answers. */
function ask(url: string, method = "GET", body?: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

describe("startStandIn", () => {
  let moto: Server;
  let standIn: StandIn;
  let reached: string[];

  beforeEach(async () => {
    reached = [];
    moto = createServer((request, response) => {
      reached.push([request.method, request.url].join(" "));
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (request.method === "HEAD") response.writeHead(200, { "content-length": "1234", etag: '"e"' }).end();
        else response.writeHead(200, { etag: '"e"' }).end(Buffer.concat(chunks));
      });
    });
    await new Promise<void>((resolve) => moto.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${String((moto.address() as AddressInfo).port)}`;
    standIn = await startStandIn({ motoServer: { url, pid: 0, stop: () => Promise.resolve() } });
  });

  afterEach(async () => {
    await standIn.stop();
    moto.closeAllConnections();
    await new Promise((resolve) => moto.close(resolve));
  });

  it("passes requests on and records them", async () => {
    const reply = await ask(`${standIn.url}/b/env%3A/k?x-id=PutObject`, "PUT", Buffer.from("state"));

    expect([reply.status, reply.headers.etag, reply.body.toString()]).toEqual([200, '"e"', "state"]);
    expect(reached).toEqual(["PUT /b/env%3A/k?x-id=PutObject"]);
    expect(standIn.requests()).toEqual([
      expect.objectContaining({ n: 1, service: "s3", operation: "PutObject", bucket: "b", key: "env:/k", status: 200 }),
    ]);
  });

  it("carries large bodies both ways unchanged", async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, "0123456789abcdef");
    const reply = await ask(`${standIn.url}/b/k`, "PUT", body);
    expect(reply.body.equals(body)).toBe(true);
  });

  it("announces the length of an object to HEAD and sends none of it", async () => {
    const reply = await ask(`${standIn.url}/b/k`, "HEAD");
    expect([reply.headers["content-length"], reply.body.length]).toEqual(["1234", 0]);
  });

  it("gives children the way to it, and nothing about path style", () => {
    expect(standIn.env).toEqual({
      AWS_ENDPOINT_URL: standIn.url,
      STATELOCK_STORE: "aws",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
    });
  });

  it("lets a hook answer in moto's place, until the hook is taken away", async () => {
    const unhook = standIn.onRequest(({ operation }) =>
      operation === "PutObject" ? { status: 503, headers: { "retry-after": "1" }, body: "SlowDown" } : undefined,
    );
    const faulty = await ask(`${standIn.url}/b/k`, "PUT");
    expect([faulty.status, faulty.headers["retry-after"], faulty.body.toString()]).toEqual([503, "1", "SlowDown"]);
    expect((await ask(`${standIn.url}/b/k`)).status).toBe(200);
    unhook();
    expect((await ask(`${standIn.url}/b/k`, "PUT")).status).toBe(200);
    expect(reached).toEqual(["GET /b/k", "PUT /b/k"]);
    expect(standIn.requests().map((request) => request.status)).toEqual([503, 200, 200]);
  });

  it("holds a request for as long as a hook likes, and records it while it waits", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      standIn.onRequest(() => {
        resolve();
        return new Promise<void>((go) => (release = go));
      });
    });
    const reply = ask(`${standIn.url}/b/k`, "PUT");
    await held;
    expect(reached).toEqual([]);
    expect(standIn.requests()[0]).not.toHaveProperty("status");
    release();
    expect((await reply).status).toBe(200);
  });

  it("cuts the connection before the effect, or after it, when a hook says so", async () => {
    const unhook = standIn.onRequest(() => "drop");
    await expect(ask(`${standIn.url}/b/before`, "PUT")).rejects.toThrow();
    unhook();
    standIn.afterRequest(() => "drop");
    await expect(ask(`${standIn.url}/b/after`, "PUT")).rejects.toThrow();
    expect(reached).toEqual(["PUT /b/after"]);
    expect(standIn.requests().map((request) => request.status)).toEqual([undefined, undefined]);
  });

  it("shows a hook the answer, and sends the hook's own instead", async () => {
    standIn.afterRequest((_, answer) => ({ status: answer.status + 300 }));
    expect((await ask(`${standIn.url}/b/k`)).status).toBe(500);
  });

  it("puts gates in front of everything", async () => {
    const gated = await startStandIn({
      motoServer: { url: standIn.url, pid: 0, stop: () => Promise.resolve() },
      gates: [(request, next) => (request.key === "secret" ? { status: 403 } : next(request))],
    });
    expect((await ask(`${gated.url}/b/secret`)).status).toBe(403);
    expect((await ask(`${gated.url}/b/open`)).status).toBe(200);
    await gated.stop();
  });

  it("refuses foreign buckets, and starts again on reset", async () => {
    standIn.markForeign("theirs");
    expect((await ask(`${standIn.url}/theirs/k`)).status).toBe(403);
    await ask(`${standIn.url}/b?policy`, "PUT", Buffer.from("{}"));
    expect(standIn.bucketPolicy("b")).toBe("{}");

    await standIn.reset();
    expect(reached).toContain("POST /moto-api/reset");
    expect(standIn.requests()).toEqual([]);
    expect(standIn.bucketPolicy("b")).toBeUndefined();
    expect((await ask(`${standIn.url}/theirs/k`)).status).toBe(200);
  });

  it("turns its own failure into a 500 that says so", async () => {
    const complaint = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    standIn.onRequest(() => {
      throw new Error("a hook that fails");
    });
    const reply = await ask(`${standIn.url}/b/k`);
    expect([reply.status, reply.body.toString()]).toEqual([500, "stand-in: Error: a hook that fails"]);
    expect(complaint).toHaveBeenCalledWith(expect.stringContaining("GET /b/k: Error: a hook that fails"));
    complaint.mockRestore();
  });
});
