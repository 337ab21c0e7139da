import { stateKeyOf } from "../../lib/inventory/state-owner";
import { openBucket, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";

/** The state whose history a command is about. */
export interface HistoryTarget {
  readonly opened: OpenedBucket;
  readonly stateKey: string;
  /** As an S3 URL. */
  readonly path: string;
}

/** Returns the state that the arguments name. @throws UserError if the options name no bucket */
export function historyTarget(context: CommandContext, key: string, options: BucketOptions): HistoryTarget {
  const opened = openBucket(context, options);
  const stateKey = stateKeyOf(key, opened.place.name, opened.inventory);
  return { opened, stateKey, path: `s3://${opened.place.name}/${stateKey}` };
}
