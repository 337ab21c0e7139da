import type { InventoryConsumer } from "../../inventory/inventory";
import type { Setting } from "./phase";

/** A consumer as the last synth wrote it to the inventory. */
export interface SynthesizedConsumer extends Pick<InventoryConsumer, "name" | "engine" | "locking" | "backend"> {
  /** The account of the bucket. */
  readonly account: string;
  /** The table of the config, whether this consumer locks in it or not. */
  readonly legacyTable: string | undefined;
}

/** Returns one argument of the backend that synth gives the consumer. */
export function consumerSetting({ backend }: SynthesizedConsumer, name: string): Setting {
  const value = backend[name];
  return value === undefined || typeof value === "object" ? undefined : { value: String(value) };
}
