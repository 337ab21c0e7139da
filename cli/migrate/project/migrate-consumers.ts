import type { Locking } from "../../../lib/policy/access-level";
import type { MovePlan } from "../../../lib/migrate/step/move-plan";
import { plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";

/**
 * In which order to deploy, for each phase that consumers move to. The bootstrap stack grants access to locks. A client
 * needs the grants for a lock for as long as it uses that lock: add grants before the consumers, remove them after.
 */
const ORDER: Readonly<Record<Locking, string>> = {
  both: "the bootstrap stack first, which grants what both locks need, then the consumers",
  lockfile: "the consumers first, then the bootstrap stack, which takes the grants on the table away",
  dynamodb: "the consumers first, then the bootstrap stack, which takes the grants on the locks in S3 away",
};

/**
 * Notes on standard error which consumers an operator has to edit by hand, and in which order to deploy. The state
 * config lists the consumers, which keep their states in the state home. Statelock does not rewrite that config.
 */
export function noteConsumers({ terminal }: CommandContext, { byHand, to }: MovePlan): void {
  const consumers = byHand.filter(({ source }) => source === "consumer");
  if (consumers.length === 0) return;
  const names = consumers.map(({ label, root }) => plainText(label ?? root, Infinity)).join(", ");
  terminal.note(
    `\nEdit these consumers by hand: ${names}. Then run \`statelock synth\` and deploy: ${ORDER[to]}. Run this command again to check the result. Copy the backend files of plain roots from cdktf.out/backends/ again, except of roots that this run rewrote.`,
  );
}
