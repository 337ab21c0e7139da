import type { ChildProcess } from "node:child_process";
import { Socket } from "node:net";

/** Lets this process end while the child still runs: neither the child nor its pipes keep it waiting. */
export function unrefChild(child: ChildProcess): void {
  child.unref();
  for (const pipe of child.stdio) if (pipe instanceof Socket) pipe.unref();
}
