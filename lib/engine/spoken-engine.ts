import { AsyncLocalStorage } from "node:async_hooks";
import { DEFAULT_ENGINE, productOf, type EngineName } from "./engine";

/** The engine that texts name, for each run of a command or of a synth: as a locale, but of programs. */
const spoken = new AsyncLocalStorage<{ name: EngineName }>();

/** Runs `work`, whose texts name this engine. */
export function speakingOf<T>(name: EngineName, work: () => T): T {
  return spoken.run({ name }, work);
}

/** Lets the rest of the current run name this engine, once the run knows better. */
export function speakOf(name: EngineName): void {
  const current = spoken.getStore();
  if (current !== undefined) current.name = name;
}

/** Returns the engine that texts name. */
export function spokenEngine(): EngineName {
  return spoken.getStore()?.name ?? DEFAULT_ENGINE;
}

/** Returns the product that texts name: `Terraform` or `OpenTofu`. */
export function product(): string {
  return productOf(spokenEngine());
}

/** Returns the program that printed commands start: `terraform` or `tofu`. */
export function program(): string {
  return spokenEngine();
}
