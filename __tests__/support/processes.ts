import { existsSync, readdirSync, readFileSync } from "node:fs";

/**
 * Whether a process runs; with a negative id, whether anything of its group does. One that was killed and that nobody
 * has collected yet counts as gone: some containers have no init that would collect it.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !existsSync("/proc/self/stat") || runningOnLinux().some((it) => it.pid === pid || it.group === -pid);
}

/** Waits until they are gone, for the moment that the kernel needs to carry out a kill, and says whether they are. */
export async function areGone(pids: readonly number[], withinMs = 3_000): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (pids.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  return !pids.some(isAlive);
}

function runningOnLinux(): { pid: number; group: number }[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    const [, state = "Z", group] = /^\d+ \(.*\) (\S) \d+ (\d+)/s.exec(statOf(id)) ?? [];
    return state === "Z" || state === "X" ? [] : [{ pid: Number(id), group: Number(group) }];
  });
}

function statOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/stat`, "utf8");
  } catch {
    return ""; // It ended meanwhile.
  }
}
