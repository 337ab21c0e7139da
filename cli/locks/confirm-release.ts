import { lockIdOf, type LockReport } from "../../lib/lock/lock-report";
import type { CommandContext } from "../screen/command-context";
import { isConfirmed } from "../screen/confirm";
import { lockText } from "./lock-text";

/** Shows a lock and asks whether to release it: the answer is its ID, or its ETag if it has none. */
export async function confirmRelease(
  context: CommandContext,
  lock: LockReport,
  { yes }: { readonly yes?: boolean },
): Promise<boolean> {
  const { note, colors } = context.terminal;
  note(lockText(lock, colors));
  const id = lockIdOf(lock);
  const [name, proof] = id === undefined ? ["ETag", lock.etag] : ["ID", id];
  return isConfirmed(context.terminal, {
    command: "statelock locks release",
    question: `Type the lock's ${name} to release it: `,
    accepts: (answer) => answer !== "" && [proof, proof.replace(/^"|"$/g, "")].includes(answer),
    yes,
  });
}
