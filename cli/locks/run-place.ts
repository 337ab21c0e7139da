import type { BucketPlace } from "../../lib/aws/connect";
import { UserError } from "../../lib/problem/problem";
import { openBucket, type BucketOptions } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { chosenRegion } from "../options/region-option";

/**
 * Returns where to watch and release locks: the bucket that the engine names. Undefined if the options or the inventory name
 * another bucket, or if the region is unknown.
 */
export function runPlace(context: CommandContext, options: BucketOptions, bucket: string): BucketPlace | undefined {
  const place = configured(context, options);
  if (place !== undefined) return place.name === bucket ? place : undefined;
  const region = chosenRegion(undefined, context.environment);
  return region === undefined ? undefined : { name: bucket, region, account: undefined };
}

/** Returns the bucket of the options or of the inventory. Undefined if there is neither. */
function configured(context: CommandContext, options: BucketOptions): BucketPlace | undefined {
  try {
    return openBucket(context, options).place;
  } catch (error) {
    // Nobody asked for a bucket: the command runs without one.
    if (error instanceof UserError && options.bucket === undefined && options.inventory === undefined) return undefined;
    throw error;
  }
}
