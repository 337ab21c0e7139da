import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lab/machine/project-root";

/** Runs the built command: the library is an ES module, which the bundle holds. */
function statelock(...args: readonly string[]): string {
  return spawnSync(process.execPath, [join(PROJECT_ROOT, "bin", "statelock.js"), ...args], { encoding: "utf8" }).stdout;
}

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("prints a script for %s", (shell) => {
    expect(statelock("completion", shell)).toContain(`# ${shell} completion for statelock`);
  });

  it("offers the commands of a group, and the options of a command", () => {
    expect(statelock("complete", "--", "locks", "")).toMatch(/^list\t/m);
    expect(statelock("complete", "--", "locks", "list", "--b")).toMatch(/^--bucket\t/m);
  });
});
