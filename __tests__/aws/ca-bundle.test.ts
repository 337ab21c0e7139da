import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { temporaryTlsIdentity, type TemporaryTlsIdentity } from "../../lab/stand-in/tls-identity";
import { join } from "node:path";
import { caBundle } from "../../lib/aws/ca-bundle";
import { ScratchFolder } from "../support/scratch";
import { s3Objects, type ObjectReading } from "../../lib/aws/s3-objects";

let tls: TemporaryTlsIdentity;
let server: Server;

beforeAll(async () => {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  tls = temporaryTlsIdentity();
  server = createServer({ key: tls.key, cert: tls.cert }, (_, answer) => {
    answer.writeHead(200, { etag: '"e"' }).end("text");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => {
  delete process.env["AWS_CA_BUNDLE"];
});

afterAll(async () => {
  tls.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function read(): Promise<ObjectReading> {
  const endpointUrl = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return s3Objects({ name: "b", region: "us-east-1", account: undefined, access: { endpointUrl } }).read("k");
}

it("a store with a certificate of the bundle is believed, and no other", async () => {
  expect(await read()).toMatchObject({ found: "unreadable" });
  process.env["AWS_CA_BUNDLE"] = tls.certFile;
  expect(await read()).toMatchObject({ found: "object", object: { etag: '"e"' } });
});

it("the problem names a bundle that cannot be opened", () => {
  expect(() => caBundle({ AWS_CA_BUNDLE: "/nowhere.pem" })).toThrow(
    /AWS_CA_BUNDLE must be .* got \/nowhere.pem \(ENOENT\)/,
  );
  expect(() => caBundle({ AWS_CA_BUNDLE: "/nowhere.pem" }, undefined, "/other.pem")).toThrow(
    /custom_ca_bundle must be .* got \/other.pem \(ENOENT\)/,
  );
  expect(caBundle({})).toBeUndefined();
});

describe("ca_bundle of the AWS config file", () => {
  const folder = new ScratchFolder();
  let files = 0;
  const config = (text: string): NodeJS.ProcessEnv => {
    files += 1;
    return { AWS_CONFIG_FILE: folder.write(`config-${String(files)}`, text) };
  };
  folder.write("one.pem", "ONE");
  const one = join(folder.directory, "one.pem");

  it("comes from the profile in use, and AWS_CA_BUNDLE wins over it", () => {
    const env = config(`[default]\nregion = x\n\n[profile prod]\nca_bundle = ${one}\n[profile other]\nregion = y\n`);
    expect(caBundle(env)).toBeUndefined();
    expect(caBundle({ ...env, AWS_PROFILE: "prod" })).toBe("ONE");
    expect(caBundle(env, "prod")).toBe("ONE");
    expect(caBundle({ ...env, AWS_PROFILE: "prod" }, "other")).toBeUndefined();
    expect(caBundle({ ...env, AWS_PROFILE: "prod", AWS_CA_BUNDLE: tls.certFile })).not.toBe("ONE");
  });

  it.each(["[default]", "[profile default]", "[ default ]"])("is read below %s", (header) => {
    expect(caBundle(config(`${header}\r\nca_bundle=${one}\r\ns3 =\n  ca_bundle = no\n`))).toBe("ONE");
  });

  it("appears in the problem with its file if it cannot be opened", () => {
    expect(() => caBundle(config("[default]\nca_bundle = /nowhere.pem\n"))).toThrow(
      /ca_bundle in .*config-\d must be .* got \/nowhere.pem \(ENOENT\)/,
    );
    expect(caBundle({ AWS_CONFIG_FILE: "/nowhere" })).toBeUndefined();
  });

  it("is read once in a run, however many clients ask", () => {
    const file = folder.write("once.pem", "FIRST");
    const env = config(`[default]\nca_bundle = ${file}\n`);
    expect(caBundle(env)).toBe("FIRST");
    folder.write("once.pem", "SECOND");
    expect(caBundle(env)).toBe("FIRST");
  });
});
