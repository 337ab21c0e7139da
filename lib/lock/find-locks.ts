import { LOCK_SUFFIX } from "../state/state-keys";
import type { ListedObject } from "./lock-port";

/** A lock of a listing, with the state it protects where there is one already. */
export interface ListedLock {
  readonly lock: ListedObject;
  readonly state: ListedObject | undefined;
}

/**
 * The locks of a whole bucket, from one pass over its listing, whatever its size. A state sorts before its lock, and
 * everything between the two begins with the state's key: so only keys that the current one begins with are kept.
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
