import { tmpdir } from "node:os";
import { openTerminal, type TerminalWindow } from "../../lab/machine/terminal-window";

const open = (script: string): TerminalWindow =>
  openTerminal(process.execPath, ["-e", script], { cwd: tmpdir(), env: { PATH: process.env["PATH"] ?? "" } });

describe("openTerminal", () => {
  it("shows what a program prints, types an answer and gives the exit code", async () => {
    const window = open(
      `process.stdout.write(String(process.stdout.isTTY) + " name? "); process.stdin.once("data", (name) => process.exit(name.length))`,
    );
    await window.until("true name? ");
    window.type("ann\n");
    expect(await window.done).toBe(4);
  });

  it("ends a program with SIGHUP when the window closes", async () => {
    const window = open(`console.log("ready"); setInterval(() => {}, 1000)`);
    await window.until("ready");
    window.close();
    expect(await window.done).toBe("SIGHUP");
  });

  it("delivers Ctrl-C as SIGINT", async () => {
    const window = open(
      `process.on("SIGINT", () => process.exit(7)); console.log("ready"); setInterval(() => {}, 1000)`,
    );
    await window.until("ready");
    window.type("\u0003");
    expect(await window.done).toBe(7);
  });
});
