import type { Condition } from "./policy-document";

/**
 * Tags of an object, by key.
 * @example
 * const tags: ObjectTags = { team: "network" };
 */
export type ObjectTags = Readonly<Record<string, string>>;

/** True if every tag of `tags` is in `others` too: a lifecycle rule for `tags` then applies to an object with `others`. */
export function isWithin(tags: ObjectTags, others: ObjectTags): boolean {
  return Object.entries(tags).every(([key, value]) => others[key] === value);
}

/** Returns each different map of tags once, whatever the order of its keys. */
export function distinctTags(all: readonly (ObjectTags | undefined)[]): ObjectTags[] {
  const sorted = all.flatMap((tags) => (tags === undefined ? [] : [sortedTags(tags)]));
  return [...new Map(sorted.map((tags) => [JSON.stringify(tags), tags])).values()];
}

function sortedTags(tags: ObjectTags): ObjectTags {
  return Object.fromEntries(Object.entries(tags).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Returns the condition of a request that sends these tags, each of them.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 */
export function requestedTags(tags: ObjectTags): Condition {
  const entries = Object.entries(sortedTags(tags));
  return { StringEquals: Object.fromEntries(entries.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])) };
}

/** Returns the condition of a request that sends these tags and no other. */
export function exactlyTags(tags: ObjectTags): Condition {
  return {
    ...requestedTags(tags),
    "ForAllValues:StringEquals": { "s3:RequestObjectTagKeys": Object.keys(sortedTags(tags)) },
  };
}
