import { UserError, type Problem } from "../problem/problem";
import { plainText } from "../text/plain-text";
import { shellQuoted } from "../text/shell-quoted";
import type { HistoryStore, ListedVersion } from "./history-port";
import type { ReadVersion } from "../lock/state-store";
import { parseState, type ParsedState, type StateHead, type TerraformState } from "../state/parse-state";

/** Names the current object in place of a version ID. */
export const CURRENT = "current";

/** A version that holds a state, in plain text or encrypted by OpenTofu. */
export interface FoundVersion {
  readonly version: ListedVersion;
  readonly object: ReadVersion & { readonly text: string };
  /** In plain text also in a state that OpenTofu encrypted. */
  readonly head: StateHead;
  /** Undefined if OpenTofu encrypted the contents. */
  readonly state: TerraformState | undefined;
}

/** A version whose contents Statelock reads. */
type FoundState = FoundVersion & { readonly state: TerraformState };

/** Lists the whole history of a key. @throws UserError if the key has no version */
export async function historyOf(store: HistoryStore, path: string, stateKey: string): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = [];
  for await (const version of store.versions(stateKey)) versions.push(version);
  if (versions.length === 0) throw new UserError([noHistory(path)]);
  return versions;
}

/** Finds the named version. @throws UserError if the key has no such version, or if it is a delete marker */
export function findVersion(versions: readonly ListedVersion[], named: string, path: string): ListedVersion {
  const version = versions.find(({ versionId, current }) => (named === CURRENT ? current : versionId === named));
  if (version === undefined) throw new UserError([unknownVersion(path, named)]);
  if (version.kind === "delete-marker") throw new UserError([noState(path, version, "it is a delete marker")]);
  return version;
}

/** Reads the state in a version. @throws UserError if the version cannot be read or is not a state */
export async function readFound(
  store: HistoryStore,
  stateKey: string,
  version: ListedVersion,
  path: string,
): Promise<FoundVersion> {
  const object = await readObject(store, stateKey, version, path);
  const { text } = object;
  const reading = stateIn(object);
  if (text !== undefined && "state" in reading)
    return { version, object: { ...object, text }, head: reading.state, state: reading.state };
  const { noState: reason, head, isEncrypted } = "noState" in reading ? reading : NOT_UTF8;
  const { serial, lineage } = head ?? {};
  if (text !== undefined && isEncrypted === true && serial !== undefined && lineage !== undefined)
    return { version, object: { ...object, text }, head: { serial, lineage }, state: undefined };
  throw new UserError([
    noState(path, version, isEncrypted === true ? `${reason}, without a serial and a lineage in plain text` : reason),
  ]);
}

const NOT_UTF8: Exclude<ParsedState, { state: unknown }> = { noState: "it is not UTF-8" };

/** Parses the content of a version. Bytes that are not UTF-8 could not be written again as they are. */
export function stateIn({ text, head }: ReadVersion): ParsedState {
  return text === undefined ? { ...NOT_UTF8, head } : parseState(text);
}

/** Returns two versions whose contents can be compared. @throws UserError that names each one that OpenTofu encrypted */
export function readable(
  found: readonly [FoundVersion, FoundVersion],
  path: string,
): readonly [FoundState, FoundState] {
  const problems = found.filter(({ state }) => state === undefined).map((each) => encrypted(path, each));
  if (problems.length > 0) throw new UserError(problems);
  return found as readonly [FoundState, FoundState];
}

/** Reads a version, whatever its content. @throws UserError if it cannot be read */
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

/** The problem of a key without any version. */
export function noHistory(path: string): Problem {
  const bucket = path.slice(0, path.indexOf("/", "s3://".length) + 1);
  return {
    code: "no-history",
    path,
    message: "has no version: nobody ever wrote there, or every version is deleted",
    fix: `List the keys: aws s3 ls --recursive ${shellQuoted(bucket)}. The key of a workspace is <workspace key prefix>/<workspace>/<key>.`,
  };
}

function unknownVersion(path: string, named: string): Problem {
  return {
    code: "version-unknown",
    path,
    message: `has no version ${JSON.stringify(named.slice(0, 100))}`,
    fix: "Pass a version ID from `statelock history list`, or `current`.",
  };
}

function encrypted(path: string, { version, head: { serial, lineage } }: FoundVersion): Problem {
  const known = `(serial ${String(serial)}, lineage ${plainText(lineage)})`;
  return {
    code: "version-no-state",
    path,
    message: `must hold a state in plain text in version ${version.versionId}, but OpenTofu encrypted its contents ${known}`,
    fix: "Statelock has no key for it: `tofu state pull` in its root decrypts the current state. `statelock history list` shows serials and lineages, and `statelock history restore` restores the version as it is.",
  };
}

function noState(path: string, { versionId }: ListedVersion, reason: string): Problem {
  return {
    code: "version-no-state",
    path,
    message: `must hold a state in version ${versionId}, but ${reason}`,
    fix: "Choose another version from `statelock history list`.",
  };
}
