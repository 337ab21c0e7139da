import { existsSync, readFileSync } from "node:fs";
import { startCommand } from "../../lab/machine/command";
import { createShim, type Ambush } from "../../lab/machine/shim";
import { ScratchFolder } from "../support/scratch";

/** Leaves a trace for each call, so that one sees whether the real program ran. */
const REAL = `#!/bin/sh
echo "ran $*" >> "$TRACE"
echo "out $1"
[ "$1" = fail ] && exit 7
exit 0
`;

describe("createShim", () => {
  let place: ScratchFolder;
  beforeEach(() => {
    place = new ScratchFolder();
    place.program("bin/tool", REAL);
  });

  const shimmed = () =>
    createShim({
      directory: place.path("shim dir"),
      program: "tool",
      path: `${place.path("none")}:${place.path("bin")}`,
    });

  /** A caller that calls the tool several times, one after the other. */
  const caller = (script: string) => {
    const env = { PATH: `${place.path("shim dir")}:${process.env["PATH"] ?? ""}`, TRACE: place.path("trace") };
    return startCommand("sh", ["-c", script], { cwd: place.directory, env }).done;
  };

  const ran = () =>
    existsSync(place.path("trace")) ? readFileSync(place.path("trace"), "utf8").trim().split("\n") : [];

  it("is the real program to its caller, and keeps every call's arguments", async () => {
    const shim = shimmed();
    expect(await caller(`tool 'a b' -x=1; tool fail`)).toMatchObject({ code: 7, stdout: "out a b\nout fail\n" });
    expect(shim.calls()).toEqual([["a b", "-x=1"], ["fail"]]);
    expect(ran()).toEqual(["ran a b -x=1", "ran fail"]);
  });

  it("knows calls without arguments, and a line break in an argument is one call still", async () => {
    const shim = shimmed();
    await caller(`tool; tool 'a\nb'`);
    expect(shim.calls()).toEqual([[], ["a b"]]);
  });

  it.each<[Ambush["when"], string[]]>([
    ["before", ["ran init"]],
    ["after", ["ran init", "ran init -migrate-state"]],
  ])("kills the caller %s the call that matches", async (when, expected) => {
    const shim = shimmed();
    shim.arm({ when, match: "init .*-migrate-state" });
    const result = await caller("tool init; tool init -migrate-state; tool never; true");
    expect(result).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(ran()).toEqual(expected);
    expect(shim.calls()).toHaveLength(2);
  });

  it("counts matching calls from when it was armed, and springs once", async () => {
    const shim = shimmed();
    await caller("tool plan; true");
    shim.arm({ when: "after", match: "^plan$", nth: 2 });
    await caller("tool plan; tool apply; tool plan; tool never; true");
    expect(ran()).toEqual(["ran plan", "ran plan", "ran apply", "ran plan"]);
    expect(await caller("tool plan; tool plan; tool fail")).toMatchObject({ code: 7 });
  });

  it("passes exit codes and output through while it waits, and can be disarmed", async () => {
    const shim = shimmed();
    shim.arm({ when: "before", match: "^boom$" });
    expect(await caller("tool fail")).toMatchObject({ code: 7, stdout: "out fail\n" });
    shim.disarm();
    expect(await caller("tool boom; true")).toMatchObject({ code: 0 });
  });

  it("says so when there is no such program", () => {
    expect(() => createShim({ directory: place.path("s"), program: "tool", path: place.path("none") })).toThrow(
      "There is no tool on",
    );
  });
});
