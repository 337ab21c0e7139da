import { parseLockInfo } from "../../lock/lock-info";
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
export type LeftLock = Omit<OwnedDigest, "digest">;

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

/** Finds the locks of migrations whose state has no digest in the table. */
export function leftLocks(items: readonly TableItem[], targets: readonly LiveTarget[]): LeftLock[] {
  const digests = new Set(items.filter(({ kind }) => kind === "digest").map(({ lockId }) => lockId));
  return items.flatMap((item) => {
    const isLeft = item.kind === "lock" && parseLockInfo(item.info)?.Operation === LOCK_OPERATION;
    if (!isLeft || digests.has(item.lockId + DIGEST_SUFFIX)) return [];
    return [{ lockId: item.lockId, ...ownersOf(item.lockId, targets) }];
  });
}

/** @param state `<bucket>/<state key>`; a bucket's name holds no slash */
function ownersOf(state: string, targets: readonly LiveTarget[]): Pick<LeftLock, "stateKey" | "owners"> {
  return {
    stateKey: state.slice(state.indexOf("/") + 1),
    owners: targets.filter((target) => ownsState(target, state)),
  };
}
