import type { Locking } from "../../lib/policy/access-level";
import type { Move } from "../../lib/migrate/step/plan";
import type { Scan } from "../../lib/migrate/scan/scan";
import { plainText } from "../../lib/text/plain-text";
import type { CommandContext } from "../screen/command-context";

/** Grants come before the lock that needs them, and go after it. */
const ORDER: Readonly<Record<Locking, string>> = {
  both: "the bootstrap stack first, which grants what both locks need, then the consumers",
  lockfile: "the consumers first, then the bootstrap stack, which takes the grants on the table away",
  dynamodb: "the bootstrap stack and the consumers",
};

/** Says, on standard error, what follows where consumers of a config were moved: what synth makes is still as it was. */
export function noteConsumers({ terminal }: CommandContext, scan: Scan, moved: readonly Move[], to: Locking): void {
  const roots = new Set(moved.flatMap((move) => move.roots));
  const consumers = scan.configurations.filter(({ source, root }) => source === "consumer" && roots.has(root));
  if (consumers.length === 0) return;
  const names = consumers.map(({ label, root }) => plainText(label ?? root)).join(", ");
  terminal.note(
    `\nConsumers moved: ${names}. Synthesize (\`npx cdktf synth\`) and deploy: ${ORDER[to]}. Plain roots get their file from cdktf.out/backends/ again, unless they were moved here too.`,
  );
}
