import { untilInterrupted } from "../../../lib/work/interruption";
import type { CommandContext } from "../../screen/command-context";

/** Runs work that asks `isStopped` between two pieces and ends early once the operator has interrupted the command. */
export async function stoppable<Result>(
  { terminal }: CommandContext,
  work: (isStopped: () => boolean) => Promise<Result>,
): Promise<Result> {
  const interruption = untilInterrupted(terminal.note);
  try {
    return await work(() => interruption.requested());
  } finally {
    interruption.done();
  }
}
