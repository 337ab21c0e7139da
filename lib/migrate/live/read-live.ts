import { digestItemId, lockItemId, type LockTable } from "../../lock/lock-table";
import { LOCK_SUFFIX } from "../../state/state-keys";
import { workspaceAt, workspaceListPrefix } from "../../state/workspace";
import { UserError, type Problem } from "../../problem/problem";
import { forEachLimited } from "../../work/for-each-limited";
import { digestVerdict, isLocked } from "./last-writer";
import type { LiveState, LiveStore } from "./live-state";
import type { LiveTarget } from "./live-target";

/** Reads the bucket and the table of one root. */
export interface LivePorts {
  readonly store: LiveStore;
  /** Undefined if the root names no table. */
  readonly table: LockTable | undefined;
}

/** Opens what the states of a root are read from. Roots that share a bucket or a table share its connection. */
export type OpenLive = (target: LiveTarget) => LivePorts;

/** A client writes the state first and its digest a moment later; in milliseconds. */
const BETWEEN_STATE_AND_DIGEST = 1_000;

/** The states of a root. */
export interface LiveRoot {
  readonly target: LiveTarget;
  readonly states: readonly LiveState[];
  /** Why the list of its workspaces may be incomplete. */
  readonly problems: readonly Problem[];
}

/** How many roots are read at the same time. */
const AT_ONCE = 8;

/** Reads the states of every root. Returns them in the order of `targets`. */
export async function readLiveRoots(
  open: OpenLive,
  targets: readonly LiveTarget[],
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<LiveRoot[]> {
  const roots = new Map<LiveTarget, LiveRoot>();
  await forEachLimited(targets, AT_ONCE, async (target) => {
    roots.set(target, await readLive(open(target), target));
    onProgress(roots.size, targets.length);
  });
  return targets.flatMap((target) => roots.get(target) ?? []);
}

/** Reads every state of a root: the default workspace and all others. */
export async function readLive(ports: LivePorts, target: LiveTarget): Promise<LiveRoot> {
  const states: LiveState[] = [await readLiveState(ports, target, target.key, undefined)];
  try {
    for await (const { key, workspace } of workspaceStates(ports.store, target))
      states.push(await readLiveState(ports, target, key, workspace));
    return { target, states, problems: [] };
  } catch (error) {
    if (error instanceof UserError) return { target, states, problems: error.problems };
    throw error;
  }
}

async function* workspaceStates(
  store: LiveStore,
  { workspaceKeyPrefix, key }: LiveTarget,
): AsyncGenerator<{ readonly key: string; readonly workspace: string }> {
  for await (const found of store.keysBelow(workspaceListPrefix(workspaceKeyPrefix))) {
    const workspace = workspaceAt(found, { key, workspaceKeyPrefix });
    if (workspace !== undefined) yield { key: found, workspace };
  }
}

/** Reads one state. Reads it again after a pause if it looks as if a client was between two of its writes. */
export async function readLiveState(
  ports: LivePorts,
  { bucket }: Pick<LiveTarget, "bucket">,
  stateKey: string,
  workspace: string | undefined,
): Promise<LiveState> {
  const look = async (): Promise<LiveState> => {
    const { store, table } = ports;
    const lockKey = stateKey + LOCK_SUFFIX;
    const [lock, digest] = await Promise.all([
      table?.read(lockItemId(bucket, stateKey)),
      table?.read(digestItemId(bucket, stateKey)),
    ]);
    const items = lock === undefined || digest === undefined ? undefined : { lock, digest };
    const [state, fileLock, fileRuns] = await Promise.all([
      store.state(stateKey),
      store.fileLock(lockKey),
      store.fileRuns(lockKey),
    ]);
    return { stateKey, workspace, state, fileLock, fileRuns, table: items };
  };
  const first = await look();
  if (!mayBeBetweenWrites(first)) return first;
  await ports.store.pause(BETWEEN_STATE_AND_DIGEST);
  return look();
}

/** True for a digest that differs without a lock, or a lock in the table alone: every run passes through both for a moment. */
function mayBeBetweenWrites(live: LiveState): boolean {
  if (digestVerdict(live) === "stale" && !isLocked(live)) return true;
  return live.fileLock.found === "nothing" && live.table?.lock.found === "item";
}
