import type { Reading } from "./posture";

/** As much of S3 as the probe needs. Every refusal but 412 and 409 is thrown. */
export interface ProbeStore {
  read(key: string): Promise<{ readonly text: string; readonly etag: string } | undefined>;
  /** False where the condition did not hold. */
  put(key: string, text: string, options: { readonly IfNoneMatch: "*" }): Promise<boolean>;
  /** False where the object is not the one with this ETag. */
  remove(key: string, etag: string): Promise<boolean>;
}

/**
 * What only a live test shows: a lock is taken, a second taker is refused, nobody releases it with another's ETag, its
 * holder does, and it is gone. Some stores that speak S3 ignore the conditions, and lock nobody.
 * @returns the reason why locks do not lock; no value when they do
 */
export async function probeLock(
  store: ProbeStore,
  key: string,
  bodies: readonly [string, string],
): Promise<Reading<string>> {
  const [first, second] = bodies;
  try {
    const taken = await store.put(key, first, { IfNoneMatch: "*" });
    const held = await store.read(key);
    // An answer that was lost makes the SDK try again, and meet the probe itself.
    if (held === undefined || (!taken && held.text !== first)) return { unreadable: "the probe could not be written" };
    const takenTwice = await store.put(key, second, { IfNoneMatch: "*" });
    const kept = await store.read(key);
    if (takenTwice || kept?.text !== first) {
      await cleanUp(store, key);
      return { value: "a second write with If-None-Match was accepted: this store locks nobody" };
    }
    if (await store.remove(key, `"${"0".repeat(32)}"`)) {
      await cleanUp(store, key);
      return { value: "a delete with another object's ETag was accepted: releasing a lock is not safe here" };
    }
    if (!(await store.remove(key, held.etag)) && (await store.read(key)) !== undefined)
      return { value: `the probe could not be released: ${key} is left` };
    return {
      value: (await store.read(key)) === undefined ? undefined : `the probe is still there after its release: ${key}`,
    };
  } catch (error) {
    const left = await cleanUp(store, key);
    return {
      unreadable: `${error instanceof Error ? firstLine(error.message) : String(error)}${left ? ` (${key} may be left)` : ""}`,
    };
  }
}

/** Takes the probe away, whichever body it has: the key is this run's own. @returns true when it may still be there */
async function cleanUp(store: ProbeStore, key: string): Promise<boolean> {
  try {
    const left = await store.read(key);
    return left !== undefined && !(await store.remove(key, left.etag));
  } catch {
    return true;
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
