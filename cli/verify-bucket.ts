import { readPosture } from "../lib/aws/read-posture";
import { readSurroundings } from "../lib/aws/read-surroundings";
import { stateReader } from "../lib/aws/read-consumer";
import { lockStore } from "../lib/aws/lock-store";
import { forEachLimited } from "../lib/for-each-limited";
import type { InventoryConsumer } from "../lib/inventory/inventory";
import { DEFAULT_LONGEST_RUN } from "../lib/lock/classify";
import { listLocks } from "../lib/lock/list-locks";
import type { LockReport } from "../lib/lock/report";
import { plainText } from "../lib/plain-text";
import { UserError } from "../lib/problem";
import { runChecks, type Expectation, type Finding } from "../lib/verify/check";
import { POSTURE_CHECKS } from "../lib/verify/checks";
import { consumerFindings, declaredDefault, otherLocksFinding } from "../lib/verify/consumer-checks";
import type { Reading } from "../lib/verify/posture";
import { SURROUNDINGS_CHECKS } from "../lib/verify/surroundings-checks";
import type { OpenedBucket } from "./bucket-options";

/** Consumers that are looked at at a time. */
const CONCURRENCY = 8;

/** Everything about the bucket and its consumers that reading shows. */
export async function bucketFindings(opened: OpenedBucket, expected: Expectation): Promise<Finding[]> {
  const { place, inventory } = opened;
  const posture = await readPosture(place);
  const surroundings = await readSurroundings(place, posture.encryption);
  const locks = await readLocks(opened);
  const read = stateReader(place);
  const byDefault = declaredDefault(inventory?.bucket.encryption ?? { type: "sse-s3" }, surroundings.key);
  const ofConsumers = new Map<string, Finding[]>();
  const look = async (consumer: InventoryConsumer): Promise<void> => {
    const own = within(locks, (lock) => lock.consumer === consumer.name);
    const state = await read(consumer.stateKey);
    ofConsumers.set(consumer.name, consumerFindings(consumer, { ...state, locks: own }, byDefault));
  };
  const consumers = inventory?.consumers ?? [];
  await forEachLimited(consumers, CONCURRENCY, look);
  const others = within(locks, ({ consumer }) => !consumers.some(({ name }) => name === consumer));
  return [
    ...runChecks(SURROUNDINGS_CHECKS, expected, surroundings),
    ...runChecks(POSTURE_CHECKS, expected, posture),
    ...consumers.flatMap(({ name }) => ofConsumers.get(name) ?? []),
    otherLocksFinding(others),
  ];
}

async function readLocks({ place, inventory }: OpenedBucket): Promise<Reading<readonly LockReport[]>> {
  try {
    const list = await listLocks(lockStore(place), { bucket: place.name, inventory, longestRun: DEFAULT_LONGEST_RUN });
    const [unreadable] = list.unreadable;
    if (unreadable === undefined) return { value: list.locks };
    return { unreadable: `${plainText(unreadable.lockKey, 200)} could not be read: it ${unreadable.problem}` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { unreadable: error.problems.map(({ path, message }) => `${path} ${message}`).join("; ") };
  }
}

function within(
  locks: Reading<readonly LockReport[]>,
  keep: (lock: LockReport) => boolean,
): Reading<readonly LockReport[]> {
  return "unreadable" in locks ? locks : { value: (locks.value ?? []).filter(keep) };
}
