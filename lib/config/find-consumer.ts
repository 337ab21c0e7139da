import { shown, UserError, type Problem } from "../problem";
import type { Consumer, StateHome } from "./state-home";

/**
 * The consumer of that name.
 * @throws UserError when there is none, or when it is not of the wanted type
 */
export function findConsumer(home: StateHome, name: string, type?: Consumer["type"]): Consumer {
  const consumer = home.consumers.find((candidate) => candidate.name === name);
  if (consumer !== undefined && (type === undefined || consumer.type === type)) return consumer;
  const names = home.consumers.filter((candidate) => type === undefined || candidate.type === type);
  throw new UserError([
    {
      code: "consumer-unknown",
      path: name,
      message: `must be a consumer${type === undefined ? "" : ` of type "${type}"`} in state.config.ts, got ${shown(name)}; there are ${names.map((known) => known.name).join(", ") || "none"}`,
      fix:
        type === undefined
          ? "Correct the name, or add the consumer."
          : `Add { name: ${shown(name)}, type: "${type}" } to consumers.`,
    },
  ]);
}

/** Consumers of type `cdktf` without a stack, given the names of the stacks there are. */
export function stackProblems(home: StateHome, stacks: readonly string[]): Problem[] {
  return home.consumers.flatMap((consumer, index) =>
    consumer.type !== "cdktf" || stacks.includes(consumer.name)
      ? []
      : [
          {
            code: "consumer-stack",
            path: `consumers[${String(index)}]`,
            message: `must have a stack in main.ts, got none called ${shown(consumer.name)}`,
            fix: `Add a ConsumerStack with that id to main.ts, or set type: "terraform" for a root elsewhere.`,
          },
        ],
  );
}
