import { startCommand, type CommandOptions } from "../../lab/machine/command";
import { areGone } from "../support/processes";

const options = { cwd: process.cwd(), env: { PATH: process.env["PATH"] ?? "", ONLY: "this" } };

const sh = (script: string, more: Partial<CommandOptions> = {}) =>
  startCommand("sh", ["-c", script], { ...options, ...more });

describe("startCommand", () => {
  it("reports how the program ended, with its output on both streams", async () => {
    expect(await sh("echo out; echo err >&2; exit 3").done).toEqual({
      command: "sh -c echo out; echo err >&2; exit 3",
      code: 3,
      signal: null,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  it("hands over exactly the environment and the input given", async () => {
    expect(
      (await sh("env | cut -d= -f1 | sort | grep -v -x -e PWD -e OLDPWD -e SHLVL -e _; cat", { input: "in" }).done)
        .stdout,
    ).toBe("ONLY\nPATH\nin");
  });

  it("gives 127, as a shell does, for a program that is not there", async () => {
    const result = await startCommand("no-such-program", [], options).done;
    expect(result).toMatchObject({ code: 127, stderr: expect.stringContaining("ENOENT") as string });
  });

  it("reports the signal that killed it", async () => {
    const command = sh("echo up; exec sleep 60", {
      onStdout: () => {
        command.kill("SIGKILL");
      },
    });
    expect(await command.done).toMatchObject({ code: null, signal: "SIGKILL" });
  });

  it("ends it when its time is over, and says so", async () => {
    const result = await sh("sleep 60", { timeoutMs: 50 }).done;
    expect(result).toMatchObject({ signal: "SIGKILL", stderr: "\nkilled after 50 ms\n" });
  });

  it("takes what it started along when it ends", async () => {
    const { stdout } = await sh("sleep 60 & echo $!").done;
    expect(await areGone([Number(stdout)])).toBe(true);
  });

  it("leaves alone what has ended", async () => {
    const command = sh("true");
    await command.done;
    expect(() => {
      command.killAll();
    }).not.toThrow();
  });
});
