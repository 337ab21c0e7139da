import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeRunLock } from "../../lib/files/process-lock";

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
    const release = takeRunLock(project, "bootstrap");
    expect(() => takeRunLock(project, "bootstrap")).toThrow(`process ${String(process.pid)} runs it`);
    release();
    expect(existsSync(file())).toBe(false);
    takeRunLock(project, "bootstrap")();
  });

  it("is taken over from a process that is gone", () => {
    const gone = spawnSync("true").pid;
    mkdirSync(join(project, ".statelock"));
    writeFileSync(file(), `${String(gone)}\n`);
    takeRunLock(project, "bootstrap")();
    expect(readdirSync(join(project, ".statelock"))).toEqual([]);
  });

  it("is not given back for another run", () => {
    const release = takeRunLock(project, "bootstrap");
    writeFileSync(file(), "1\n");
    release();
    expect(existsSync(file())).toBe(true);
  });
});
