import { connect, type AddressInfo, type Socket } from "node:net";
import { createServer, type Server } from "node:tls";
import { lockBody, startFakeS3, type FakeS3 } from "../../lab/memory/memory-s3";
import { temporaryTlsIdentity, type TemporaryTlsIdentity } from "../../lab/stand-in/tls-identity";
import { startProxy, type LoopbackProxy, type ProxyRules } from "../support/loopback-proxy";
import { runStatelock, type Run } from "../support/run-command";

/** A host that no name server knows: only a proxy reaches it. */
const HOST = "s3.store.invalid";
const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "AWS_CA_BUNDLE"];
const before = VARIABLES.flatMap((name) => [name, name.toLowerCase()]).map(
  (name) => [name, process.env[name]] as const,
);
let s3: FakeS3;
let tls: TemporaryTlsIdentity;
let secured: Server;
const open = new Set<Socket>();
let proxy: LoopbackProxy | undefined;

beforeAll(async () => {
  tls = temporaryTlsIdentity(`DNS:${HOST}`);
  s3 = await startFakeS3();
  const port = portOf(s3.place.access?.endpointUrl ?? "");
  secured = createServer({ key: tls.key, cert: tls.cert }, (socket) => {
    open.add(socket);
    const onward = connect(port, "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    for (const end of [onward, socket]) end.on("error", () => [onward, socket].map((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => secured.listen(0, "127.0.0.1", resolve));
});

beforeEach(() => {
  for (const [name] of before) Reflect.deleteProperty(process.env, name);
  process.env["AWS_CA_BUNDLE"] = tls.certFile;
  s3.remove("app/terraform.tfstate.tflock");
  (s3.requests as unknown[]).length = 0;
});

afterEach(async () => {
  await proxy?.stop();
  proxy = undefined;
});

afterAll(async () => {
  for (const [name, value] of before)
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  tls.remove();
  await s3.stop();
  secured.close();
  for (const socket of open) socket.destroy();
});

const portOf = (url: string): number => Number(new URL(url).port);

/** Starts the proxy that the variable of the scheme names. */
async function through(scheme: string, rules: Partial<ProxyRules> = {}, identity = ""): Promise<LoopbackProxy> {
  const plain = portOf(s3.place.access?.endpointUrl ?? "");
  const target = scheme === "http" ? plain : (secured.address() as AddressInfo).port;
  proxy = await startProxy({ target, ...rules });
  process.env[`${scheme.toUpperCase()}_PROXY`] = `http://${identity}127.0.0.1:${String(proxy.port)}`;
  return proxy;
}

function statelock(scheme: string, ...args: string[]): Promise<Run> {
  const { name, region } = s3.place;
  const place = ["--bucket", name, "--region", region, "--endpoint-url", `${scheme}://${HOST}:9000`];
  return runStatelock([...args, ...place]);
}

describe.each(["http", "https"])("a store at %s behind a proxy", (scheme) => {
  it("gets every request of a command from the proxy", async () => {
    const { seen } = await through(scheme);
    s3.put("app/terraform.tfstate.tflock", lockBody("A"));
    const { code, stdout, stderr } = await statelock(scheme, "locks", "list", "--json");
    expect([code, stderr, JSON.parse(stdout)]).toMatchObject([0, "", { locks: [{ holder: { id: "A" } }] }]);
    const about = ["app/terraform.tfstate", "--id", "A", "--reason", "it died", "--yes"];
    expect((await statelock(scheme, "locks", "release", ...about)).code).toBe(0);
    const sent = s3.requests.map(({ method }) => `${method} http://${HOST}:9000/acme-tfstate`);
    const passed = seen.map((each) => each.replace(/(?<=tfstate)[/?].*/, ""));
    expect(scheme === "http" ? passed : [...new Set(passed)]).toEqual(
      scheme === "http" ? sent : [`CONNECT ${HOST}:9000`],
    );
    expect(sent.length).toBeGreaterThan(3);
  });

  it("takes name and password from the variable, and prints neither", async () => {
    const { seen } = await through(scheme, { wants: "ana:p@ss:word" }, "ana:p%40ss:word@");
    expect((await statelock(scheme, "locks", "list")).code).toBe(0);
    expect(seen).not.toEqual([]);
  });

  it("is not blamed for the 407 of a proxy", async () => {
    const { port } = await through(scheme, { wants: "ana:other" }, "ana:secret@");
    const { code, stderr } = await statelock(scheme, "locks", "list");
    expect(code).toBe(2);
    expect(stderr).toContain(
      `the proxy http://127.0.0.1:${String(port)} of ${scheme.toUpperCase()}_PROXY answered 407`,
    );
    expect(stderr).toContain("asks for a name and a password");
    expect(stderr).not.toMatch(/secret|ana/);
    expect(s3.requests).toEqual([]);
  });

  it("is not blamed for a proxy that is down", async () => {
    const down = await through(scheme, {}, "ana:secret@");
    const { port } = down;
    await down.stop();
    const { code, stderr } = await statelock(scheme, "locks", "list");
    expect(code).toBe(2);
    expect(stderr).toContain(
      `the proxy http://127.0.0.1:${String(port)} of ${scheme.toUpperCase()}_PROXY did not answer: ECONNREFUSED`,
    );
    expect(stderr).not.toMatch(/secret|ana/);
  });

  it.each(["socks5://ana:secret@127.0.0.1:1080", "http://"])("is not asked through %s", async (given) => {
    process.env[`${scheme.toUpperCase()}_PROXY`] = given;
    const { code, stderr } = await statelock(scheme, "locks", "list");
    expect(code).toBe(2);
    expect(stderr).toContain(`of ${scheme.toUpperCase()}_PROXY must be a URL that begins with http:// or https://`);
    expect(stderr).not.toMatch(/secret/);
  });

  it("is not blamed for a percent sign in the proxy's password", async () => {
    process.env[`${scheme.toUpperCase()}_PROXY`] = "http://ana:se%zzcret@127.0.0.1:1080";
    const { code, stderr } = await statelock(scheme, "locks", "list");
    expect(code).toBe(2);
    expect(stderr).toContain(`of ${scheme.toUpperCase()}_PROXY must have %25 for each percent sign`);
    expect(stderr).toContain(`Correct ${scheme.toUpperCase()}_PROXY`);
    expect(stderr).not.toMatch(/cret|ana/);
  });
});

it("a tunnel that the proxy refuses is not a missing permission", async () => {
  await through("https", { refusesTunnels: 403 });
  const { code, stderr } = await statelock("https", "locks", "list");
  expect([code, stderr]).toEqual([2, expect.stringContaining(`answered 403 to CONNECT ${HOST}`)]);
  expect(stderr).not.toContain("Grant");
});

it("a store on loopback gets its requests directly, whatever a developer's variables say", async () => {
  const { seen } = await through("http");
  const { name, region, access } = s3.place;
  const place = ["--bucket", name, "--region", region, "--endpoint-url", access?.endpointUrl ?? ""];
  expect((await runStatelock(["locks", "list", ...place])).code).toBe(0);
  expect([seen, s3.requests.length > 0]).toEqual([[], true]);
});
