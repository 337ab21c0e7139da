import { LOCK_SUFFIX } from "../state/state-keys";
import type { ListedObject } from "./lock-port";

/** A lock in a listing, and the state that it protects if that exists. */
export interface ListedLock {
  readonly lock: ListedObject;
  readonly state: ListedObject | undefined;
}

/**
 * Finds the locks of a whole bucket in one pass over its listing. A state sorts before its lock, and every key between the
 * two starts with the state's key: so only keys that start the current one stay in memory.
 */
export async function* findLocks(objects: AsyncIterable<ListedObject>): AsyncGenerator<ListedLock> {
  const ancestors: ListedObject[] = [];
  for await (const object of objects) {
    while (ancestors.length > 0 && !object.key.startsWith(ancestors.at(-1)?.key ?? "")) ancestors.pop();
    if (object.key.endsWith(LOCK_SUFFIX)) {
      const stateKey = object.key.slice(0, -LOCK_SUFFIX.length);
      yield { lock: object, state: ancestors.find(({ key }) => key === stateKey) };
    }
    ancestors.push(object);
  }
}
