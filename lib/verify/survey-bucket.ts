import type { Inventory, InventoryConsumer } from "../inventory/inventory";
import { ownerOf } from "../inventory/state-owner";
import { listLocks, type LockListRequest } from "../lock/list-locks";
import type { LockStore } from "../lock/lock-port";
import type { LockReport } from "../lock/lock-report";
import { DEFAULT_LONGEST_RUN } from "../lock/lock-verdict";
import { UserError } from "../problem/problem";
import { LOCK_SUFFIX, stateKeys } from "../state/state-keys";
import { plainText } from "../text/plain-text";
import { unreadableBecause, type Reading } from "./posture";

/** A state that a listing of the bucket shows. */
export interface ListedState {
  readonly key: string;
  /** Undefined for the default workspace. */
  readonly workspace: string | undefined;
}

/** What a listing shows of one consumer, or of the keys that no consumer has. */
export interface Surveyed {
  /** States of workspaces. A caller reads the default workspace's state in any case. */
  readonly workspaces: Reading<readonly ListedState[]>;
  readonly locks: Reading<readonly LockReport[]>;
}

/** What the bucket holds, by consumer. */
export interface Survey {
  readonly ofConsumer: (consumer: InventoryConsumer) => Promise<Surveyed>;
  readonly others: Reading<readonly LockReport[]>;
}

/** The bucket to survey. */
interface SurveyRequest {
  readonly store: LockStore;
  readonly bucket: string;
  readonly inventory: Inventory | undefined;
  readonly say: (text: string) => void;
}

/** A listing; `consumer` is the owner of a key. */
interface Listing {
  readonly states: readonly (ListedState & { readonly consumer: string | undefined })[];
  readonly locks: readonly LockReport[];
  readonly unreadable: readonly { readonly consumer: string | undefined; readonly why: string }[];
}

/**
 * Lists the bucket once. If S3 refuses that, lists each consumer's own keys, which its readers may: `s3:prefix` is then
 * the state key or the workspace key prefix.
 */
export async function surveyBucket(request: SurveyRequest): Promise<Survey> {
  const { say, inventory } = request;
  const whole = await listing(request, { say });
  const names = new Set<string | undefined>(inventory?.consumers.map(({ name }) => name));
  return {
    ofConsumer: async (consumer) => {
      const found = "unreadable" in whole ? await listingOf(request, consumer) : whole;
      return surveyed(found, (name) => name === consumer.name);
    },
    others: surveyed(whole, (name) => !names.has(name)).locks,
  };
}

/** Lists the keys of one consumer. A lock's key begins with its state's key, so one listing shows both. */
async function listingOf(
  request: SurveyRequest,
  { stateKey, workspaceKeyPrefix }: InventoryConsumer,
): Promise<Reading<Listing>> {
  const { workspaceList } = stateKeys(stateKey, workspaceKeyPrefix);
  const own = await listing(request, { prefix: stateKey });
  if (workspaceList === undefined || "unreadable" in own) return own;
  const below = await listing(request, { prefix: workspaceList });
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
  { store, bucket, inventory }: SurveyRequest,
  limits: Pick<LockListRequest, "prefix" | "say">,
): Promise<Reading<Listing>> {
  const states: Listing["states"][number][] = [];
  try {
    const { locks, unreadable } = await listLocks(store, {
      bucket,
      inventory,
      longestRun: DEFAULT_LONGEST_RUN,
      ...limits,
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
    return unreadableBecause(problem);
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
