import { createServer } from "node:net";
import { forkedMotoServer } from "../../lab/machine/moto-forks";
import { startMotoServer } from "../../lab/machine/moto-server";
import { isAlive } from "../support/processes";
import { ScratchFolder } from "../support/scratch";

/** A server that announces itself as Werkzeug does. */
const server = (onTerm: string) => `#!${process.execPath}
const server = require("node:http").createServer((request, response) => response.end(request.url));
process.on("SIGTERM", () => { ${onTerm} });
server.listen(Number(process.argv[5]), process.argv[3], () => {
  console.error(" * Running on http://127.0.0.1:" + server.address().port);
});
`;

describe("startMotoServer", () => {
  let place: ScratchFolder;
  beforeEach(() => (place = new ScratchFolder()));

  it("waits until the server answers, and stops it", async () => {
    const moto = await startMotoServer({ command: place.program("moto_server", server("process.exit(0)")) });
    expect(await (await fetch(`${moto.url}/b`)).text()).toBe("/b");
    await moto.stop();
    expect(isAlive(moto.pid)).toBe(false);
    await moto.stop();
  });

  it("kills a server that does not heed SIGTERM", async () => {
    const moto = await startMotoServer({ command: place.program("moto_server", server("")), graceMs: 50 });
    await moto.stop();
    expect(isAlive(moto.pid)).toBe(false);
  });

  it.each([
    ["ends at once", "#!/bin/sh\necho no flask >&2\nexit 3\n", 60_000, /ended with 3 before it answered. no flask/],
    ["never answers", "#!/bin/sh\nexec sleep 60\n", 200, /did not answer within 200 ms/],
  ])("reports what happened when the server %s", async (_, script, timeoutMs, message) => {
    const command = place.program("moto_server", script);
    const failure = startMotoServer({ command, timeoutMs });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow("pip install 'moto[server]==5.2.1'");
  });

  it("says so when the program that forks servers ends, and when it is not there", async () => {
    const socket = place.path("moto.sock");
    const program = createServer((connection) => connection.end());
    await new Promise<void>((resolve) => program.listen(socket, resolve));
    await expect(forkedMotoServer(socket)).rejects.toThrow("moto could not be started. Try: pip install");
    program.close();
    await expect(forkedMotoServer(place.path("none"))).rejects.toThrow("moto could not be started");
  });

  it("says so when there is no such program", async () => {
    await expect(startMotoServer({ command: place.path("none") })).rejects.toThrow(/could not be started.*ENOENT/);
  });
});
