import type { BucketConfig } from "./state-config";

/** What decides the account regional namespace of a bucket. */
type Place = Pick<BucketConfig, "account" | "region">;

/** Regions in which S3 has no account regional namespace. */
export const WITHOUT_NAMESPACE = ["me-south-1", "me-central-1"];

/**
 * Returns the end of the bucket names that only this account can create, in this region.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 */
function suffixOf({ account, region }: Place): string {
  return `-${account}-${region}-an`;
}

/** True if only the bucket's account can create a bucket of this name. */
export function isAccountRegional(bucket: Place & Pick<BucketConfig, "name">): boolean {
  return bucket.name.endsWith(suffixOf(bucket));
}

/** Returns the name in the bucket's account regional namespace, with `more` at the end of the part that people choose. */
export function accountRegionalName(bucket: Place & Pick<BucketConfig, "name">, more = ""): string {
  const chosen = bucket.name.replace(/-an$/, "").replace(/-\d{12}(?:-[a-z]{2,4}(?:-[a-z]+)+-\d{1,2})?$/, "");
  return `${chosen}${more}${suffixOf(bucket)}`;
}
