import { existsSync } from "node:fs";
import { findMotoServer, installMotoServer } from "../../lab/machine/moto-install";
import { ScratchFolder } from "../support/scratch";

/** A python that has the moto named, and makes an environment with a copy of itself in it. */
const python = (moto: string, pip = "exit 0") => `#!/bin/sh
case "$1 $2" in
  "-c "*) echo ${moto} ;;
  "-m venv") mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; printf '#!%s/bin/python\\n' "$4" > "$4/bin/moto_server" ;;
  "-m pip") echo "Collecting $5"; ${pip} ;;
esac
`;

let place: ScratchFolder;
beforeEach(() => (place = new ScratchFolder()));

describe("findMotoServer", () => {
  const find = (env: NodeJS.ProcessEnv = {}) =>
    findMotoServer({ PATH: place.path("bin"), ...env }, place.path("private"));

  const serverWith = (folder: string, moto: string) => {
    place.program(`${folder}/python`, python(moto));
    return place.program(`${folder}/moto_server`, `#!${place.path(folder)}/python\n`);
  };

  it("takes STATELOCK_MOTO_SERVER unasked", () => {
    expect(find({ STATELOCK_MOTO_SERVER: "/anywhere" })).toBe("/anywhere");
  });

  it.each(["5.1.0", "5.2.1"])("takes the one on PATH with moto %s", (version) => {
    expect(find()).toBeUndefined();
    const server = serverWith("bin", version);
    expect(find()).toBe(server);
  });

  it.each(["4.2.14", "5.0.28", "6.0.0", ""])("passes over moto %j for the private one", (version) => {
    serverWith("bin", version);
    expect(find()).toBeUndefined();
    const own = serverWith("private/bin", "5.2.1");
    expect(find()).toBe(own);
  });

  it("asks the python beside it where a version manager put a shell script", () => {
    place.program("bin/python3", python("5.2.1"));
    expect(find()).toBeUndefined();
    const server = place.program("bin/moto_server", "#!/usr/bin/env bash\nexec false\n");
    expect(find()).toBe(server);
  });
});

describe("installMotoServer", () => {
  it("makes an environment, reports progress and returns the server; the second call finds it", async () => {
    const options = { python: place.program("py", python("5.2.1")), place: place.path("private") };
    const told: string[] = [];
    const server = await installMotoServer({ ...options, onProgress: (line) => told.push(line) });
    expect(server).toBe(place.path("private", "bin", "moto_server"));
    expect(told).toEqual([
      `making a Python environment in ${place.path("private")}`,
      "installing moto 5.2.1 into it",
      "Collecting moto[server]==5.2.1",
    ]);

    told.length = 0;
    expect(await installMotoServer({ ...options, onProgress: (line) => told.push(line) })).toBe(server);
    expect(told).toEqual([]);
  });

  it("says what to do instead when it fails, and leaves nothing half made", async () => {
    const options = {
      python: place.program("py", python("5.2.1", "echo no network >&2; exit 1")),
      place: place.path("p"),
    };
    const failure = installMotoServer(options);
    await expect(failure).rejects.toThrow(/no network[^]*pip install 'moto\[server\]==5\.2\.1'/);
    expect(existsSync(place.path("p"))).toBe(false);
  });

  it("says what to do when there is no Python", async () => {
    const failure = installMotoServer({ python: place.path("none"), place: place.path("p") });
    await expect(failure).rejects.toThrow("pip install 'moto[server]==5.2.1'");
  });
});
