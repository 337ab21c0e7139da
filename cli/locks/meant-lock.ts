import { lockStore } from "../../lib/aws/lock-store";
import { stateKeyOf } from "../../lib/inventory/state-owner";
import { parseLockInfo } from "../../lib/lock/lock-info";
import { isLogged } from "../../lib/lock/own-orphan";
import type { LockStore } from "../../lib/lock/lock-port";
import type { RememberedLock } from "../../lib/lock/remembered-locks";
import type { LockProof } from "../../lib/lock/release-decisions";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { openBucket, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";
import { showCommand } from "./lock-commands";
import { openBucketOf, rememberedLock } from "./remembered-lock";

/** The options that name a lock. */
export interface LockOptions extends BucketOptions {
  readonly id?: string;
  readonly etag?: string;
  readonly from?: string;
}

/** The lock to release. */
export interface MeantLock {
  readonly opened: OpenedBucket;
  readonly stateKey: string;
  readonly proof: LockProof;
}

/** Returns the lock that the arguments name; undefined if the run of --from asked for none. @throws UserError */
export async function meantLock(
  context: CommandContext,
  key: string | undefined,
  options: LockOptions,
): Promise<MeantLock | undefined> {
  const { from, id, etag } = options;
  if (from !== undefined) {
    if (id !== undefined || etag !== undefined)
      throw usage("--from", "must not come with --id or --etag: the file names the lock", "Remove one of the options.");
    const lock = rememberedLock(context, from, key);
    if (lock === undefined) return undefined;
    const opened = openBucketOf(context, options, lock.bucket);
    return { opened, stateKey: lock.stateKey, proof: await proofOfRemembered(lockStore(opened.place), lock) };
  }
  if (key === undefined)
    throw usage("<key>", "must name the state, unless --from names the lock", "Add the state's key.");
  const opened = openBucket(context, options);
  const stateKey = stateKeyOf(key, opened.place.name, opened.inventory);
  return { opened, stateKey, proof: proofOf(options, showCommand(stateKey, opened)) };
}

/** OpenTofu logs no ID: the lock there is the remembered one if its body has the logged digest. */
async function proofOfRemembered(store: LockStore, { stateKey, id, sha256 }: RememberedLock): Promise<LockProof> {
  if (id !== undefined) return { id };
  const reading = await store.read(stateKey + LOCK_SUFFIX);
  const text = reading.found === "lock" ? reading.object.text : undefined;
  const isSame = isLogged(text, { id, sha256, place: undefined });
  // No lock has the ID of a digest: whatever is there stays.
  return { id: (isSame && text !== undefined ? parseLockInfo(text)?.ID : undefined) ?? `sha256:${sha256 ?? ""}` };
}

function proofOf({ id, etag }: LockOptions, show: string): LockProof {
  if (id !== undefined && etag === undefined) return { id };
  if (id === undefined && etag !== undefined) return { etag };
  const fix = `\`${show}\` prints the whole command.`;
  throw usage("--id", "must name the lock, unless --etag does: exactly one of them", fix);
}
