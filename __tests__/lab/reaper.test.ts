import { spawn } from "node:child_process";
import { join } from "node:path";
import { once } from "node:events";
import { areGone, isAlive } from "../support/processes";

const SUPPORT = join(__dirname, "..", "..", "lab", "machine");

/** Starts two sleeping commands, one of which ends, says both process ids, and waits to be killed. */
const PARENT = `
const { startCommand } = require(${JSON.stringify(join(SUPPORT, "command.ts"))});
const options = { cwd: process.cwd(), env: { PATH: process.env.PATH } };
const one = startCommand("sleep", ["60"], options);
const two = startCommand("sh", ["-c", "sleep 60 & wait"], options);
const ended = startCommand("true", [], options);
ended.done.then(() => console.log(JSON.stringify([one.pid, two.pid])));
`;

describe("the reaper", () => {
  it("kills every child of a process that is killed itself", async () => {
    const parent = spawn(process.execPath, ["--import", "tsx", "-e", PARENT], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const groups = (JSON.parse(line.toString()) as number[]).map((pid) => -pid);
    expect(groups.map(isAlive)).toEqual([true, true]);

    parent.kill("SIGKILL");
    expect(await areGone(groups)).toBe(true);
  });
});
