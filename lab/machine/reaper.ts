import { spawn } from "node:child_process";
import { unrefChild } from "./unref-child";

/** Reads "watch PID" and "release PID"; when its input ends, kills the process groups that are still watched. */
const SCRIPT = `
pids=" "
while read -r verb pid; do
  case "$verb$pids" in
    watch*) pids="$pids$pid " ;;
    release*" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -s KILL -- "-$pid"; done
`;

interface Reaper {
  watch(pid: number): void;
  release(pid: number): void;
}

let reaper: Reaper | undefined;

/**
 * A small shell beside this process that outlives it for a moment and takes its children along, however it ends.
 * `process.on("exit")` would not do: it does not fire on SIGKILL, and never inside jest, whose `process` is a copy.
 */
export function theReaper(): Reaper {
  reaper ??= startReaper();
  return reaper;
}

function startReaper(): Reaper {
  const shell = spawn("sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const input = shell.stdin;
  input.on("error", () => undefined);
  unrefChild(shell);
  return {
    watch: (pid) => void input.write(`watch ${String(pid)}\n`),
    release: (pid) => void input.write(`release ${String(pid)}\n`),
  };
}
