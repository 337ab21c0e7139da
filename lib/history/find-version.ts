import { UserError, type Problem } from "../problem/problem";
import { shellQuoted } from "../text/shell-quoted";
import type { HistoryStore, ListedVersion } from "./history-port";
import type { ReadVersion } from "../lock/state-store";
import { parseState, type TerraformState } from "../state/parse-state";

/** What the current object is called instead of by its version's ID. */
export const CURRENT = "current";

/** A version that holds a state. */
export interface FoundState {
  readonly version: ListedVersion;
  readonly object: ReadVersion & { readonly text: string };
  readonly state: TerraformState;
}

/** The whole history of a key. @throws UserError where there is none */
export async function historyOf(store: HistoryStore, path: string, stateKey: string): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = [];
  for await (const version of store.versions(stateKey)) versions.push(version);
  if (versions.length === 0) throw new UserError([noHistory(path)]);
  return versions;
}

/** The version that was named. @throws UserError where there is none, or it is a delete marker */
export function findVersion(versions: readonly ListedVersion[], named: string, path: string): ListedVersion {
  const version = versions.find(({ versionId, current }) => (named === CURRENT ? current : versionId === named));
  if (version === undefined) throw new UserError([unknownVersion(path, named)]);
  if (version.kind === "delete-marker") throw new UserError([noState(path, version, "it is a delete marker")]);
  return version;
}

/** Reads the state that a version holds. @throws UserError where it holds none, or cannot be read */
export async function readFound(
  store: HistoryStore,
  stateKey: string,
  version: ListedVersion,
  path: string,
): Promise<FoundState> {
  const object = await readObject(store, stateKey, version, path);
  const { text } = object;
  const reading = text === undefined ? { noState: "it is no UTF-8" } : parseState(text);
  if (text === undefined || "noState" in reading)
    throw new UserError([noState(path, version, "noState" in reading ? reading.noState : "it is no UTF-8")]);
  return { version, object: { ...object, text }, state: reading.state };
}

/** Reads a version, whatever it holds. @throws UserError where it cannot be read */
export async function readObject(
  store: HistoryStore,
  stateKey: string,
  { versionId }: ListedVersion,
  path: string,
): Promise<ReadVersion> {
  const reading = await store.read(stateKey, versionId);
  if (reading.found === "version") return reading.object;
  if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
  throw new UserError([unknownVersion(path, versionId)]);
}

/** Nothing was ever written at a key, or all of it is gone. */
export function noHistory(path: string): Problem {
  const bucket = path.slice(0, path.indexOf("/", "s3://".length) + 1);
  return {
    code: "no-history",
    path,
    message: "must have been written once, but there is no version of it",
    fix: `Look which keys there are: aws s3 ls --recursive ${shellQuoted(bucket)}; a workspace's is <workspace key prefix>/<workspace>/<key>.`,
  };
}

function unknownVersion(path: string, named: string): Problem {
  return {
    code: "version-unknown",
    path,
    message: `must have the version that was named, and has no ${JSON.stringify(named.slice(0, 100))}`,
    fix: "Take the ID of one from `statelock history list`, or `current`.",
  };
}

function noState(path: string, { versionId }: ListedVersion, reason: string): Problem {
  return {
    code: "version-no-state",
    path,
    message: `must hold a state in version ${versionId}, but ${reason}`,
    fix: "Take another one from `statelock history list`.",
  };
}
