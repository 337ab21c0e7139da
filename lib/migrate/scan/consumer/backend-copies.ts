import type { Inventory } from "../../../inventory/inventory";
import { INVENTORY_FILE } from "../../../inventory/inventory-file";
import { inventoryConsumers } from "./config-consumers";
import { placeText, type Configuration } from "../configuration/configuration";
import { copyAgain, differences, differenceText } from "./outdated-backends";
import { isValue } from "../configuration/phase";
import { lockingText, locksDiffer, sameBucket, sameState, stateUrl } from "../configuration/same-state";

/** One backend, compared with what synth writes. */
interface BackendCopy {
  /** `file:line`. */
  readonly place: string;
  /** The name of the consumer whose state it keeps; undefined if Statelock knows none. */
  readonly consumer: string | undefined;
  /** `unclear`: bucket, key or locking are computed or in no file. */
  readonly result: "same" | "differs" | "unclear";
  /** What differs, or what is not clear. Empty if nothing is. */
  readonly reasons: readonly string[];
  readonly fix: string;
}

/**
 * Compares every backend in a bucket with what synth writes for its consumers: each argument, also those that decide how it
 * locks. A backend in the bucket that keeps the state of no consumer differs too: synth gives its consumer another key now.
 */
export function backendCopies(configurations: readonly Configuration[], inventory: Inventory): BackendCopy[] {
  const consumers = inventoryConsumers({ path: INVENTORY_FILE, realPath: INVENTORY_FILE }, "", inventory);
  const [any] = consumers;
  const isStack = ({ key }: Configuration): boolean => isValue(key) && key.value === inventory.bootstrap.stateKey;
  return configurations
    .filter(({ source }) => source !== "reader" && source !== "consumer")
    .flatMap((whole) => {
      // Another region does not lead to another bucket of that name: it is what differs.
      const configuration = { ...whole, values: new Map([...(whole.values ?? []), ["region", undefined]]) };
      const own = consumers.find((each) => sameState(configuration, each) === "yes");
      if (own !== undefined) return [compared(whole, own)];
      const place = placeText(configuration);
      if (consumers.some((each) => sameState(configuration, each) === "maybe"))
        return [{ place, consumer: undefined, result: "unclear", reasons: [UNCLEAR], fix: LITERAL }];
      const isStray = any !== undefined && sameBucket(configuration, any) && !isStack(configuration);
      const reasons = [`no consumer of the inventory has the state ${stateUrl(configuration)} with this prefix`];
      return isStray ? [{ place, consumer: undefined, result: "differs", reasons, fix: STRAY }] : [];
    });
}

const UNCLEAR = "its bucket or key is computed or in no file, so it may keep the state of a consumer";
const LITERAL = "Write them into the backend, or name the file that has them with --backend-files.";
const STRAY =
  "If the config gave its consumer another key or prefix, copy the file from cdktf.out/backends again. Otherwise add the root to the config.";

function compared(configuration: Configuration, consumer: Configuration): BackendCopy {
  const { label } = consumer;
  const own = { place: placeText(configuration), consumer: label };
  const computed = configuration.phase === "unknown";
  const reasons = [
    ...differences(configuration, consumer).map(
      (difference) => `${difference.name} ${differenceText(difference, label)}`,
    ),
    ...(!computed && locksDiffer(configuration, consumer)
      ? [`it must lock as ${lockingText(consumer)}, got ${lockingText(configuration)}`]
      : []),
  ];
  if (reasons.length > 0) return { ...own, result: "differs", reasons, fix: copyAgain(label) };
  return computed
    ? { ...own, result: "unclear", reasons: ["how it locks is computed or in no file"], fix: copyAgain(label) }
    : { ...own, result: "same", reasons, fix: "" };
}
