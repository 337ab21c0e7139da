import { digestItemId, lockItemId, type LockTable } from "../../lock/lock-table";
import { LOCK_SUFFIX } from "../../state/state-keys";
import { UserError, type Problem } from "../../problem/problem";
import { digestVerdict, isLocked } from "./last-writer";
import type { LiveState, LiveStore } from "./live-state";
import type { LiveTarget } from "./live-target";

/** The real side of a live look at one root. */
export interface LivePorts {
  readonly store: LiveStore;
  /** Undefined where the root names no table. */
  readonly table: LockTable | undefined;
}

/** A client writes the state first and its digest a moment later. */
const BETWEEN_STATE_AND_DIGEST = 1_000;

/** The states of a root, and why some may be missing. */
export interface LiveRoot {
  readonly target: LiveTarget;
  readonly states: readonly LiveState[];
  /** Why it cannot be told which workspaces there are. */
  readonly problems: readonly Problem[];
}

/** Every state of a root, workspaces too. */
export async function readLive(ports: LivePorts, target: LiveTarget): Promise<LiveRoot> {
  const states: LiveState[] = [await readState(ports, target, target.key, undefined)];
  try {
    for await (const { key, workspace } of workspaceStates(ports.store, target))
      states.push(await readState(ports, target, key, workspace));
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
  const prefix = workspaceKeyPrefix === "" ? "" : `${workspaceKeyPrefix}/`;
  for await (const found of store.keysBelow(prefix)) {
    const workspace = found.slice(prefix.length, -key.length - 1);
    if (found === `${prefix}${workspace}/${key}` && workspace !== "" && !workspace.includes("/"))
      yield { key: found, workspace };
  }
}

/** Reads one state; what may have been read between two writes of one client is read again. */
export async function readState(
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

/** A digest that differs without a lock, or a lock in the table alone: both are there for a moment at every end of a run. */
function mayBeBetweenWrites(live: LiveState): boolean {
  if (digestVerdict(live) === "stale" && !isLocked(live)) return true;
  return live.fileLock.found === "nothing" && live.table?.lock.found === "item";
}
