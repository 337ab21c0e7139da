import { mapLimited } from "../work/map-limited";
import { UserError, type Problem } from "../problem/problem";
import { findVersion, historyOf, readFound, readObject, type FoundState } from "./find-version";
import { withSerial } from "../state/with-serial";
import type { HistoryStore, ListedVersion } from "./history-port";
import type { ReadVersion } from "../lock/state-store";
import { parseState, type TerraformState } from "../state/parse-state";
import { stateDigest, type DigestTable } from "../lock/table-digest";

/** What is to become the state again. */
export interface RestoreWish {
  readonly bucket: string;
  readonly stateKey: string;
  /** A version's ID. */
  readonly version: string;
  /** The lineage of that version, spelled out, where it is another than the state has now. */
  readonly forceLineage: string | undefined;
}

/** What is there now: an object, which may be no state, or a delete marker. */
export interface Present {
  readonly version: ListedVersion;
  /** Undefined where the state is deleted. */
  readonly object: ReadVersion | undefined;
  /** Undefined where it is no state. */
  readonly state: TerraformState | undefined;
}

/** What a restore would do. */
export interface RestorePlan {
  readonly path: string;
  readonly from: FoundState;
  readonly present: Present;
  /** Above that of the version and of every one after it. */
  readonly serial: number;
  /** The version's text with that serial. */
  readonly text: string;
  /** What there is to do: `digest` where what is there holds that already, but for its serial, and DynamoDB does not know. */
  readonly work: "state" | "digest" | "nothing";
  readonly notes: readonly string[];
}

/** Bodies at a time. */
const CONCURRENCY = 6;

/**
 * Looks at everything from the newest version down to the one that was named, and says what restoring it would be.
 * @throws UserError where that version is none, holds no state or one of another lineage, or something cannot be read
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

  const states: Pick<TerraformState, "serial" | "lineage">[] = [];
  let present: Present | undefined;
  const notes: string[] = [];
  for await (const look of mapLimited(newer, CONCURRENCY, (version) => lookAt(store, wish.stateKey, version, path))) {
    if (look.version === newest) present = look;
    if (look.state !== undefined) states.push({ serial: look.state.serial, lineage: look.state.lineage });
    else if (look.object !== undefined)
      notes.push(`version ${look.version.versionId} is no state: its serial is not known`);
  }
  present ??= from;

  const latest = states[0] ?? from.state;
  refuseLineage(wish, path, from.state.lineage, latest.lineage);
  const serial = Math.max(from.state.serial, ...states.map((state) => state.serial)) + 1;
  const text = withSerial(from.object.text, serial);
  const now = present.object?.text;
  const isThere = present.state !== undefined && now !== undefined && withSerial(now, serial) === text;
  const work = !isThere
    ? "state"
    : digest === undefined || (await digest.holds(stateDigest(now)))
      ? "nothing"
      : "digest";
  if (from.state.lineage !== latest.lineage)
    notes.push(`its lineage is another than that of serial ${String(latest.serial)}`);
  return { path, from, present, serial, text, work, notes };
}

async function lookAt(store: HistoryStore, stateKey: string, version: ListedVersion, path: string): Promise<Present> {
  if (version.kind === "delete-marker") return { version, object: undefined, state: undefined };
  const object = await readObject(store, stateKey, version, path);
  const reading = object.text === undefined ? undefined : parseState(object.text);
  return { version, object, state: reading !== undefined && "state" in reading ? reading.state : undefined };
}

function refuseLineage({ version, forceLineage }: RestoreWish, path: string, lineage: string, now: string): void {
  if (forceLineage !== undefined && forceLineage !== lineage)
    throw new UserError([
      otherLineage(path, `must name the lineage of version ${version}, which is ${lineage}`, lineage),
    ]);
  if (forceLineage === undefined && lineage !== now) {
    const message = `must keep its lineage, which is ${now}, but version ${version} has ${lineage}: it is another state`;
    throw new UserError([otherLineage(path, message, lineage)]);
  }
}

function otherLineage(path: string, message: string, lineage: string): Problem {
  return {
    code: "lineage-differs",
    path,
    message,
    fix: `If that state is meant, name it: --force-lineage ${JSON.stringify(lineage)}.`,
  };
}
