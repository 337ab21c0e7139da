import { EventEmitter } from "node:events";
import { surviveLostOutput } from "../../../cli/screen/lost-output";

/** A process, what it wrote to standard error, and with which codes it was ended. */
function aProcess({ exitCode, busy = false }: { exitCode?: number; busy?: boolean } = {}) {
  const ended: unknown[] = [];
  let said = "";
  const write = (text: string): void => void (said += text);
  const process = {
    stdout: new EventEmitter(),
    stderr: Object.assign(new EventEmitter(), { write }),
    exitCode,
    exit: (code?: number) => void ended.push(code),
  };
  const endOf = surviveLostOutput(process, () => busy);
  const fails = (stream: "stdout" | "stderr", code: string): void =>
    void process[stream].emit("error", Object.assign(new Error(`${code}: it failed, write`), { code }));
  return { fails, endOf, ended, said: () => said };
}

it.each(["EPIPE", "EIO", "ENXIO"])("a command whose reader went away (%s) ends at once, and not as fine", (code) => {
  const { fails, ended, said } = aProcess();
  fails("stdout", code);
  expect([ended, said()]).toEqual([[2], ""]);
});

it("a command that had its result before its reader went away ends with it", () => {
  for (const exitCode of [0, 1]) {
    const { fails, ended } = aProcess({ exitCode });
    fails("stdout", "EPIPE");
    expect(ended).toEqual([exitCode]);
  }
});

it.each(["ENOSPC", "EBADF", "EFBIG", "EDQUOT"])(
  "a result that could not be written (%s) is said, and is not fine",
  (code) => {
    const { fails, ended, said } = aProcess({ exitCode: 0 });
    fails("stdout", code);
    expect(ended).toEqual([2]);
    expect(said()).toContain(`Could not write to standard output: ${code}`);
  },
);

it.each(["EPIPE", "EIO", "ENOSPC", "EBADF"])(
  "a run that holds a lock comes to its own end, whatever fails: %s",
  (code) => {
    const { fails, ended, endOf } = aProcess({ busy: true });
    fails("stdout", code);
    fails("stderr", code);
    expect(ended).toEqual([]);
    expect(endOf(1)).toBe(code.startsWith("EN") || code === "EBADF" ? 2 : 1);
  },
);

it("a full disk below standard error ends nothing", () => {
  const { fails, ended, endOf } = aProcess();
  fails("stderr", "ENOSPC");
  expect([ended, endOf(0)]).toEqual([[], 0]);
});
