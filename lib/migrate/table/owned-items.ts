import { parseLockInfo, type LockInfo } from "../../lock/lock-info";
import { lockItemId, type TableItem } from "../../lock/lock-table";
import { DIGEST_SUFFIX } from "../../policy/dynamodb-access";
import { holdsStateOf } from "../../state/workspace";
import { LOCK_OPERATION } from "../live/live-state";
import type { LiveTarget } from "../live/live-target";

/** A digest in a table, and the roots that keep its state. */
export interface OwnedDigest {
  readonly lockId: string;
  readonly digest: string;
  readonly stateKey: string;
  readonly owners: readonly LiveTarget[];
}

/** A lock that a killed migration left after it removed the digest, and the roots that keep its state. */
export type LeftLock = Omit<OwnedDigest, "digest"> & { readonly lock: LockInfo };

/** True if the root keeps the state with this `LockID`: its own key, or the key of one of its workspaces. */
export function ownsState(target: LiveTarget, lockId: string): boolean {
  const start = lockItemId(target.bucket, "");
  return lockId.startsWith(start) && holdsStateOf(lockId.slice(start.length), target);
}

/** Finds the digests among the items, each with the roots that keep its state. */
export function ownedDigests(items: readonly TableItem[], targets: readonly LiveTarget[]): OwnedDigest[] {
  return items.flatMap((item) => {
    if (item.kind !== "digest" || !item.lockId.endsWith(DIGEST_SUFFIX)) return [];
    const state = item.lockId.slice(0, -DIGEST_SUFFIX.length);
    return [{ lockId: item.lockId, digest: item.digest, ...ownersOf(state, targets) }];
  });
}

/** Finds the locks of migrations that are not met at the digest of their state: it has no digest, or no root keeps it. */
export function leftLocks(items: readonly TableItem[], targets: readonly LiveTarget[]): LeftLock[] {
  const digests = new Set(items.filter(({ kind }) => kind === "digest").map(({ lockId }) => lockId));
  return items.flatMap((item) => {
    const lock = item.kind === "lock" ? parseLockInfo(item.info) : undefined;
    const owned = ownersOf(item.lockId, targets);
    const isMet = digests.has(item.lockId + DIGEST_SUFFIX) && owned.owners.length > 0;
    return lock?.Operation !== LOCK_OPERATION || isMet ? [] : [{ lockId: item.lockId, lock, ...owned }];
  });
}

/** @param state `<bucket>/<state key>`; a bucket's name holds no slash */
function ownersOf(state: string, targets: readonly LiveTarget[]): Pick<OwnedDigest, "stateKey" | "owners"> {
  return {
    stateKey: state.slice(state.indexOf("/") + 1),
    owners: targets.filter((target) => ownsState(target, state)),
  };
}
