import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeProcessLock } from "../../lib/files/process-lock";

describe("the lock of a checkout", () => {
  let project: string;
  const file = (): string => join(project, ".statelock", "bootstrap.pid");

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "statelock-run-lock-"));
  });

  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  it("is held by one run, and free when that gives it back", () => {
    const release = takeProcessLock(project, "bootstrap");
    expect(() => takeProcessLock(project, "bootstrap")).toThrow(`process ${String(process.pid)}`);
    release();
    expect(existsSync(file())).toBe(false);
    takeProcessLock(project, "bootstrap")();
  });

  it("is taken over from a process that is gone", () => {
    const gone = spawnSync("true").pid;
    mkdirSync(join(project, ".statelock"));
    writeFileSync(file(), `${String(gone)}\n`);
    takeProcessLock(project, "bootstrap")();
    expect(readdirSync(join(project, ".statelock"))).toEqual([]);
  });

  it("is not given back for another run", () => {
    const release = takeProcessLock(project, "bootstrap");
    writeFileSync(file(), "1\n");
    release();
    expect(existsSync(file())).toBe(true);
  });
});
