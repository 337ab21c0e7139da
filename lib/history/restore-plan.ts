import { program } from "../engine/spoken-engine";
import { mapLimited } from "../work/map-limited";
import { shellQuoted } from "../text/shell-quoted";
import { reworded, sentence, UserError, type Problem } from "../problem/problem";
import { findVersion, historyOf, readFound, readObject, stateIn, type FoundVersion } from "./find-version";
import { withSerial } from "../state/with-serial";
import type { ObjectTags } from "../policy/object-tags";
import type { HistoryStore, ListedVersion } from "./history-port";
import type { ReadVersion } from "../lock/state-store";
import type { PlainHead, TerraformState } from "../state/parse-state";
import { stateDigest, type DigestTable } from "../lock/table-digest";

/** The version to restore. */
export interface RestoreWish {
  readonly bucket: string;
  readonly stateKey: string;
  /** A version's ID. */
  readonly version: string;
  /** The version's lineage, spelled out by a person, if the current state has another one. */
  readonly forceLineage: string | undefined;
  /**
   * The highest serial that a later version may have. With it, the restore passes over later versions that cannot be
   * read, such as archived ones. @default - every later version must be readable
   */
  readonly serialAbove?: number | undefined;
}

/** What is at the key now: a state, another object, or a delete marker. */
interface Present {
  readonly version: ListedVersion;
  /** Undefined if the state is deleted. */
  readonly object: ReadVersion | undefined;
  /** Undefined if the object is not a state. */
  readonly state: TerraformState | undefined;
  /** Serial and lineage that the object has in plain text, also if it is not a state that Statelock reads. */
  readonly head?: PlainHead | undefined;
  /** True if OpenTofu encrypted the object. @default false */
  readonly isEncrypted?: boolean;
  /** Why Statelock passed over the version. */
  readonly unread?: string;
}

/** What a restore will do. */
export interface RestorePlan {
  readonly path: string;
  readonly from: FoundVersion;
  readonly present: Present;
  /** The new serial: above the serials of the version and of every later one. An encrypted state keeps its own. */
  readonly serial: number;
  /** The version's text with the new serial; of an encrypted state byte for byte. */
  readonly text: string;
  /** `digest`: the current state already equals the version except for the serial, and only DynamoDB's digest is wrong. */
  readonly work: "state" | "digest" | "nothing";
  /** Tags of the new version. @default - none */
  readonly tags?: ObjectTags | undefined;
  readonly notes: readonly string[];
}

/** Bodies in memory at the same time. */
const CONCURRENCY = 6;

/**
 * Reads every version from the newest to the named one, and plans the restore.
 * @throws UserError if the version does not exist, is not a state or has another lineage, or if a read fails
 */
export async function planRestore(
  store: HistoryStore,
  wish: RestoreWish,
  digest: DigestTable | undefined,
): Promise<RestorePlan> {
  const path = `s3://${wish.bucket}/${wish.stateKey}`;
  const versions = await historyOf(store, path, wish.stateKey);
  const target = findVersion(versions, wish.version, path);
  const from = await readFound(store, wish.stateKey, target, path);
  const [newest = target] = versions;
  const newer = versions.slice(0, versions.indexOf(target));

  const heads: PlainHead[] = [];
  let present: Present | undefined;
  const notes: string[] = [];
  for await (const look of mapLimited(newer, CONCURRENCY, (version) => lookOrPass(store, wish, version, path))) {
    if (look.version === newest) present = look;
    if (heads.length === 0 && look.isEncrypted === true && from.state !== undefined) notes.push(CLEAR_TEXT);
    if (look.unread !== undefined)
      notes.push(`passed over version ${look.version.versionId}, whose lineage is unknown: ${look.unread}`);
    if (look.head !== undefined) heads.push(look.head);
    if (look.head?.serial === undefined && look.object !== undefined && look.unread === undefined)
      notes.push(`version ${look.version.versionId} is not a state that Statelock reads: its serial is unknown`);
  }
  const isEncrypted = from.state === undefined;
  present ??= { ...from, isEncrypted };

  const latest = heads.find(({ lineage }) => lineage !== undefined) ?? from.head;
  const lineage = latest.lineage ?? "";
  refuseLineage(wish, path, from.head.lineage, lineage);
  const highest = heads.reduce(
    (most, { serial: next = 0 }) => Math.max(most, next),
    Math.max(from.head.serial, wish.serialAbove ?? 0),
  );
  if (!isEncrypted) refuseSerial(path, highest);
  const serial = isEncrypted ? from.head.serial : highest + 1;
  const asWritten = (content: string): string => (isEncrypted ? content : withSerial(content, serial));
  const text = asWritten(from.object.text);
  const now = present.object?.text;
  const isState = present.state !== undefined || present.isEncrypted === true;
  const isThere = isState && now !== undefined && asWritten(now) === text;
  const work = !isThere
    ? "state"
    : digest === undefined || (await digest.holds(stateDigest(now)))
      ? "nothing"
      : "digest";
  if (isEncrypted) notes.push(...encryptedNotes(from.head.serial, heads.length === 0 ? undefined : highest));
  if (from.head.lineage !== lineage)
    notes.push(`its lineage differs from the lineage of serial ${String(latest.serial ?? "?")}`);
  return { path, from, present, serial, text, work, notes };
}

const CLEAR_TEXT =
  "it is clear text and replaces a state that OpenTofu encrypted: everybody who may read the bucket can read it, and OpenTofu refuses it unless the root has a fallback to unencrypted states";

/**
 * Returns what a restore of an encrypted state means for the other clients. OpenTofu refuses a file whose clear serial
 * differs from the encrypted one, so nobody without the key can raise it. Source: opentofu/opentofu,
 * internal/encryption/state.go, `DecryptState`.
 * @param highest the highest later serial; undefined without a later state
 */
function encryptedNotes(serial: number, highest: number | undefined): string[] {
  const key =
    "OpenTofu reads it only with the key that encrypted it: after a change of keys, name the old method as a `fallback` in the root's `encryption {}`";
  if (highest === undefined) return [key];
  const again = highest > serial ? `, and serials up to ${String(highest)} come again with other contents` : "";
  return [
    key,
    `its serial stays ${String(serial)}, because it is part of what is encrypted${again}: OpenTofu takes a saved plan of such a serial for a current one, and \`tofu state push\` takes a copy with a higher serial. Delete plan files and copies (errored.tfstate) from before the restore`,
  ];
}

/** Looks at a version, also the current one. @throws UserError if it cannot be read, unless a serial is given */
async function lookOrPass(
  store: HistoryStore,
  wish: RestoreWish,
  version: ListedVersion,
  path: string,
): Promise<Present> {
  try {
    return await lookAt(store, wish, version, path);
  } catch (error) {
    const [problem] = error instanceof UserError ? error.problems : [];
    if (!(error instanceof UserError) || problem === undefined) throw error;
    const passed = wish.serialAbove === undefined ? undefined : await unreadable(store, wish, version);
    if (passed !== undefined) return { ...passed, unread: sentence(problem) };
    // The current object must be known, so that the restore replaces exactly that one.
    if (wish.serialAbove !== undefined) throw error;
    const fix = `${problem.fix} If version ${version.versionId} is archived or damaged, pass over it: add --serial-above with the highest serial that it may have.`;
    throw new UserError([reworded(problem, { fix })], error.kind);
  }
}

/** Returns a version without its content. Undefined if it is the current one, and S3 does not show even its ETag. */
async function unreadable(
  store: HistoryStore,
  { stateKey }: RestoreWish,
  version: ListedVersion,
): Promise<Present | undefined> {
  if (!version.current) return { version, object: undefined, state: undefined };
  const head = await store.look(stateKey);
  const isSame = head.found === "version" && (head.object.versionId ?? "null") === version.versionId;
  return isSame ? { version, object: head.object, state: undefined } : undefined;
}

async function lookAt(
  store: HistoryStore,
  { stateKey }: RestoreWish,
  version: ListedVersion,
  path: string,
): Promise<Present> {
  if (version.kind === "delete-marker") return { version, object: undefined, state: undefined };
  const object = await readObject(store, stateKey, version, path);
  const reading = stateIn(object);
  if ("state" in reading) return { version, object, state: reading.state, head: reading.state };
  const { head, isEncrypted = false } = reading;
  return { version, object, state: undefined, head, isEncrypted };
}

function refuseLineage({ version, forceLineage }: RestoreWish, path: string, lineage: string, now: string): void {
  if (forceLineage !== undefined && forceLineage !== lineage)
    throw new UserError([
      otherLineage(path, `must name the lineage of version ${version}, which is ${named(lineage)}`, lineage),
    ]);
  if (forceLineage === undefined && lineage !== now) {
    const message = `must keep its lineage, which is ${named(now)}, but version ${version} has ${named(lineage)}: it is another state`;
    throw new UserError([otherLineage(path, message, lineage)]);
  }
}

function named(lineage: string): string {
  return lineage === "" ? "empty" : lineage;
}

/** Beyond the whole numbers that JavaScript counts, the next serial might be the same one. */
function refuseSerial(path: string, highest: number): void {
  if (highest < Number.MAX_SAFE_INTEGER) return;
  const message = `must have serials below ${String(Number.MAX_SAFE_INTEGER)}, so that the restored state gets a higher one, got ${String(highest)}`;
  const fix = `Statelock changed nothing. Save the version with \`statelock history list\` and your own S3 client, and push it with \`${program()} state push -force\` in its root.`;
  throw new UserError([{ code: "version-no-state", path, message, fix }]);
}

function otherLineage(path: string, message: string, lineage: string): Problem {
  return {
    code: "lineage-differs",
    path,
    message,
    fix: `If you mean that state, name its lineage: --force-lineage ${shellQuoted(lineage)}.`,
  };
}
