import { lockStore } from "../../lib/aws/lock-store";
import type { InventoryConsumer } from "../../lib/inventory/inventory";
import { DEFAULT_LONGEST_RUN } from "../../lib/lock/lock-verdict";
import { listLocks, type LockListRequest } from "../../lib/lock/list-locks";
import { ownerOf } from "../../lib/inventory/state-owner";
import type { LockStore } from "../../lib/lock/lock-port";
import type { LockReport } from "../../lib/lock/lock-report";
import { plainText } from "../../lib/text/plain-text";
import { LOCK_SUFFIX, stateKeys } from "../../lib/state/state-keys";
import { UserError } from "../../lib/problem/problem";
import { couldNotTell, type Reading } from "../../lib/verify/posture";
import type { OpenedBucket } from "../options/bucket-options";

/** Where a state is. */
export interface StatePlace {
  readonly key: string;
  /** Undefined for the default one. */
  readonly workspace: string | undefined;
}

/** What a listing shows of one consumer, or of the keys that no consumer has. */
export interface Surveyed {
  /** States of workspaces; the default workspace's is always looked at. */
  readonly workspaces: Reading<readonly StatePlace[]>;
  readonly locks: Reading<readonly LockReport[]>;
}

/** What is in the bucket, by consumer. */
export interface Survey {
  readonly ofConsumer: (consumer: InventoryConsumer) => Promise<Surveyed>;
  readonly others: Reading<readonly LockReport[]>;
}

/** A listing, with whose each key is. */
interface Listing {
  readonly states: readonly (StatePlace & { readonly consumer: string | undefined })[];
  readonly locks: readonly LockReport[];
  readonly unreadable: readonly { readonly consumer: string | undefined; readonly why: string }[];
}

/**
 * Lists the bucket once. Where that is refused each consumer's own keys are listed, which its readers may: `s3:prefix` is
 * the state key, or the workspace key prefix.
 */
export async function surveyOf(opened: OpenedBucket, say: (text: string) => void): Promise<Survey> {
  const store = lockStore(opened.place);
  const whole = await listing(store, opened, { say });
  const names = new Set<string | undefined>(opened.inventory?.consumers.map(({ name }) => name));
  return {
    ofConsumer: async (consumer) => {
      const found = "unreadable" in whole ? await listingOf(store, opened, consumer) : whole;
      return surveyed(found, (name) => name === consumer.name);
    },
    others: surveyed(whole, (name) => !names.has(name)).locks,
  };
}

/** The state's key is the beginning of its lock's, so both are in one listing. */
async function listingOf(
  store: LockStore,
  opened: OpenedBucket,
  { stateKey, workspaceKeyPrefix }: InventoryConsumer,
): Promise<Reading<Listing>> {
  const { workspaceList } = stateKeys(stateKey, workspaceKeyPrefix);
  const own = await listing(store, opened, { prefix: stateKey });
  if (workspaceList === undefined || "unreadable" in own) return own;
  const below = await listing(store, opened, { prefix: workspaceList });
  if ("unreadable" in below) return below;
  const both = [own.value, below.value].filter((found) => found !== undefined);
  return {
    value: {
      states: both.flatMap(({ states }) => states),
      locks: both.flatMap(({ locks }) => locks),
      unreadable: both.flatMap(({ unreadable }) => unreadable),
    },
  };
}

async function listing(
  store: LockStore,
  { place, inventory }: OpenedBucket,
  request: Pick<LockListRequest, "prefix" | "say">,
): Promise<Reading<Listing>> {
  const states: Listing["states"][number][] = [];
  try {
    const { locks, unreadable } = await listLocks(store, {
      bucket: place.name,
      inventory,
      longestRun: DEFAULT_LONGEST_RUN,
      ...request,
      onObject: ({ key }) => {
        const { consumer, workspace } = ownerOf(key, inventory);
        if (workspace !== undefined) states.push({ key, consumer, workspace });
      },
    });
    const closed = unreadable.map(({ lockKey, problem }) => ({
      consumer: ownerOf(lockKey.slice(0, -LOCK_SUFFIX.length), inventory).consumer,
      why: `${plainText(lockKey, 200)} is unreadable: ${problem}`,
    }));
    return { value: { states, locks, unreadable: closed } };
  } catch (error) {
    const [problem] = error instanceof UserError ? error.problems : [];
    if (problem === undefined) throw error;
    return couldNotTell(problem);
  }
}

function surveyed(found: Reading<Listing>, isOf: (consumer: string | undefined) => boolean): Surveyed {
  if ("unreadable" in found) return { workspaces: found, locks: found };
  const { states = [], locks = [], unreadable = [] } = found.value ?? {};
  const closed = unreadable.find(({ consumer }) => isOf(consumer));
  return {
    workspaces: { value: states.filter(({ consumer }) => isOf(consumer)) },
    locks:
      closed === undefined
        ? { value: locks.filter(({ consumer }) => isOf(consumer ?? undefined)) }
        : { unreadable: closed.why },
  };
}
