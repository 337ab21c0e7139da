import { DemoStack } from "./demo-stack";

/** The stack of each consumer of type `cdktf`, by the consumer's name. Add yours here. */
export const consumerStacks = { demo: DemoStack };
