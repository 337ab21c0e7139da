import { DEFAULT_ENGINE, productOf } from "../../engine/engine";
import { FLOORS, floorText } from "../../engine/floors";
import { distinctTags, isWithin } from "../../policy/object-tags";
import { below, found, shown, type Problem } from "../../problem/problem";
import { tagTextProblems } from "./bucket-rules";
import type { ConsumerConfig, StateConfig } from "../state-config";

/** Most tags of an object. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MOST_TAGS = 10;

/** Most rules of a bucket, without the rule for everything. Source: https://docs.aws.amazon.com/general/latest/gr/s3.html */
const MOST_RULES = 999;

const FIELDS = ["lockTags", "stateTags"] as const;

/** Checks the tags that a consumer's engine gives to locks and states. */
export function objectTagProblems(consumer: ConsumerConfig, config: StateConfig): Problem[] {
  const { engine = config.engine ?? DEFAULT_ENGINE } = consumer;
  return FIELDS.flatMap((field) => {
    const tags = consumer[field];
    if (tags === undefined) return [];
    const count = Object.keys(tags).length;
    return [
      ...found([
        engine !== "tofu" && {
          code: "engine-option",
          path: field,
          message: `must not be set for ${productOf(engine)}, which cannot tag objects`,
          fix: `Set engine: "tofu" if OpenTofu ${floorText(FLOORS.tags.tofu)} or later runs this consumer, or remove it.`,
        },
        (count < 1 || count > MOST_TAGS) && {
          code: "tags",
          path: field,
          message: `must hold 1 to ${String(MOST_TAGS)} tags, got ${String(count)}`,
          fix: count < 1 ? "Remove it." : "Remove some: S3 takes no more for an object.",
        },
      ]),
      ...tagTextProblems(tags, field),
    ];
  });
}

/** Checks the tags of locks against the tags of states: a lifecycle rule trims everything that has a lock's tags. */
export function lockTagProblems({ bucket, consumers }: StateConfig): Problem[] {
  const tagged = consumers.flatMap(({ lockTags }, index) => (lockTags === undefined ? [] : [{ lockTags, index }]));
  const rules = distinctTags(tagged.map(({ lockTags }) => lockTags)).length;
  return [
    ...tagged.flatMap(({ lockTags, index }) => {
      const like = consumers.find(({ stateTags }) => stateTags !== undefined && isWithin(lockTags, stateTags));
      return below(
        `consumers[${String(index)}]`,
        found([
          like !== undefined && {
            code: "lock-tags",
            path: "lockTags",
            message: `must have a tag that no state has, got ${shown(lockTags)}, which the states of ${shown(like.name)} have too`,
            fix: 'Add a tag such as "object" = "lock" to lockTags. S3 deletes old versions of every object with these tags after history.lockDays, and old states would go with them.',
          },
        ]),
      );
    }),
    ...found([
      rules > MOST_RULES && {
        code: "lock-tags",
        path: "consumers",
        message: `must have at most ${String(MOST_RULES)} different lockTags, got ${String(rules)}`,
        fix: "Give the same tags to the locks of all consumers: each different map needs a lifecycle rule.",
      },
      tagged.length === 0 &&
        bucket.history?.lockDays !== undefined && {
          code: "history",
          path: "bucket.history.lockDays",
          message: `must not be set while no consumer has lockTags, got ${String(bucket.history.lockDays)}`,
          fix: "Remove it, or set lockTags: S3 tells locks from states by their tags alone.",
        },
    ]),
  ];
}
