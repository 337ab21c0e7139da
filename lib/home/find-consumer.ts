import { shown, UserError, type Problem } from "../problem/problem";
import type { Consumer, StateHome } from "../config/state-home";

/**
 * Returns the consumer with a name.
 * @throws UserError if the config has no such consumer, or one of another type
 */
export function findConsumer(home: StateHome, name: string, type?: Consumer["type"]): Consumer {
  const consumer = home.consumers.find((candidate) => candidate.name === name);
  if (consumer !== undefined && (type === undefined || consumer.type === type)) return consumer;
  throw new UserError([unknownConsumer(home, name, type)]);
}

function unknownConsumer(home: StateHome, name: string, type: Consumer["type"] | undefined): Problem {
  const names = home.consumers.filter((candidate) => type === undefined || candidate.type === type);
  return {
    code: "consumer-unknown",
    path: name,
    message: `must be a consumer${type === undefined ? "" : ` of type "${type}"`} in state.config.ts, got ${shown(name)}; the config has ${names.map((known) => known.name).join(", ") || "no such consumer"}`,
    fix:
      type === undefined
        ? "Correct the name, or add the consumer."
        : `Add { name: ${shown(name)}, type: "${type}" } to consumers.`,
  };
}

/** Returns a problem for each consumer of type `cdktf` without a stack, and for each stack without such a consumer. */
export function stackProblems(home: StateHome, stacks: readonly string[]): Problem[] {
  const known = home.consumers.filter(({ type }) => type === "cdktf").map(({ name }) => name);
  const orphans = stacks.filter((stack) => !known.includes(stack));
  return [...orphans.map((stack) => unknownConsumer(home, stack, "cdktf")), ...stacklessProblems(home, stacks)];
}

function stacklessProblems(home: StateHome, stacks: readonly string[]): Problem[] {
  return home.consumers.flatMap((consumer, index) =>
    consumer.type !== "cdktf" || stacks.includes(consumer.name)
      ? []
      : [
          {
            code: "consumer-stack",
            path: `consumers[${String(index)}]`,
            message: `must have a stack in main.ts, got none called ${shown(consumer.name)}`,
            fix: `Add a ConsumerStack with that name to main.ts, or set type: "terraform" for a root elsewhere.`,
          },
        ],
  );
}
