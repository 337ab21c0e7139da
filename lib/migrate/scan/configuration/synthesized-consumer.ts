import type { InventoryConsumer } from "../../../inventory/inventory";
import type { Setting } from "./phase";

/** A consumer as the last synth wrote it to the inventory. */
export interface SynthesizedConsumer extends Pick<InventoryConsumer, "name" | "engine" | "locking" | "backend"> {
  /** The account of the bucket. */
  readonly account: string;
  /** The table of the config, whether this consumer locks in it or not. */
  readonly legacyTable: string | undefined;
}

/** Returns one argument of the backend that synth gives the consumer, or an entry of an object: `assume_role.role_arn`. */
export function consumerSetting(consumer: SynthesizedConsumer, name: string): Setting {
  const found = new Map(consumerArguments(consumer)).get(name);
  return found === undefined ? undefined : { value: found };
}

/** Returns every argument of that backend with its value; the entries of an object have its name before theirs. */
export function consumerArguments({ backend }: SynthesizedConsumer): (readonly [name: string, value: string])[] {
  return Object.entries(backend).flatMap(([name, value]) =>
    typeof value === "object"
      ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, each] as const)
      : [[name, String(value)] as const],
  );
}
