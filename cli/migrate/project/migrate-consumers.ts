import type { Locking } from "../../../lib/policy/access-level";
import type { MovePlan } from "../../../lib/migrate/step/move-plan";
import { plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";

/** In which order to deploy: clients need the grants for a lock before they take it, and until the last one has taken it. */
const ORDER: Readonly<Record<Locking, string>> = {
  both: "the bootstrap stack first, which grants what both locks need, then the consumers",
  lockfile: "the consumers first, then the bootstrap stack, which takes the grants on the table away",
  dynamodb: "the bootstrap stack and the consumers",
};

/** Notes, on standard error, the edits that a plan leaves to an operator, and in which order to deploy them. */
export function noteConsumers({ terminal }: CommandContext, { byHand, to }: MovePlan): void {
  const consumers = byHand.filter(({ source }) => source === "consumer");
  if (consumers.length === 0) return;
  const names = consumers.map(({ label, root }) => plainText(label ?? root, Infinity)).join(", ");
  terminal.note(
    `\nEdit these consumers by hand: ${names}. Then run \`statelock synth\` and deploy: ${ORDER[to]}. Run this command again to check the result. Copy the backend files of plain roots from cdktf.out/backends/ again, except of roots that this run rewrote.`,
  );
}
