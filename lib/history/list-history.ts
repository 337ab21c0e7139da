import { mapLimited } from "../work/map-limited";
import { plainText } from "../text/plain-text";
import type { HistoryStore, ListedVersion } from "./history-port";
import type { VersionReport } from "./history-report";
import { stateIn } from "./find-version";
import type { PlainHead } from "../state/parse-state";
import { countChanges, NOTHING, summarize, type ChangeCount, type StateSummary } from "./state-summary";

/** The part of a history to read. */
interface HistoryRequest {
  readonly stateKey: string;
  /** Number of versions, newest first. */
  readonly limit: number;
  /** Called after each version that was read. */
  readonly onRead: (read: number, of: number) => void;
}

/** Bodies in memory at the same time: a state may have tens of megabytes. */
const CONCURRENCY = 6;

/** What a version holds. */
type Look =
  | { readonly is: "state"; readonly summary: StateSummary }
  | { readonly is: "delete-marker" }
  | {
      readonly is: "no-state" | "unreadable";
      readonly problem: string;
      readonly head?: PlainHead | undefined;
      readonly isEncrypted?: boolean | undefined;
    };

/** Lists the versions of a state, newest first, each compared with the version before it. */
export async function listHistory(
  store: HistoryStore,
  { stateKey, limit, onRead }: HistoryRequest,
): Promise<{ readonly versions: VersionReport[]; readonly older: number }> {
  const all: ListedVersion[] = [];
  for await (const version of store.versions(stateKey)) all.push(version);
  // One more than the list shows: the last version is compared with it.
  const wanted = all.slice(0, limit + 1);
  const versions: VersionReport[] = [];
  let read = 0;
  let newer: { readonly version: ListedVersion; readonly look: Look } | undefined;
  const looks = mapLimited(wanted, CONCURRENCY, async (version) => {
    const look = await lookAt(store, stateKey, version);
    onRead(++read, wanted.length);
    return { version, look };
  });
  for await (const entry of looks) {
    if (newer !== undefined) versions.push(report(newer.version, newer.look, entry.look));
    newer = entry;
  }
  if (newer !== undefined && versions.length < limit) versions.push(report(newer.version, newer.look, undefined));
  return { versions, older: all.length - versions.length };
}

async function lookAt(store: HistoryStore, stateKey: string, version: ListedVersion): Promise<Look> {
  if (version.kind === "delete-marker") return { is: "delete-marker" };
  const reading = await store.read(stateKey, version.versionId);
  if (reading.found === "unreadable") return { is: "unreadable", problem: plainText(reading.problem.message) };
  if (reading.found === "nothing")
    return { is: "unreadable", problem: "is gone by now: somebody deleted that version" };
  const state = stateIn(reading.object);
  if ("noState" in state) {
    const { noState, head, isEncrypted } = state;
    const problem = isEncrypted === true ? `its contents are encrypted: ${noState}` : `must be a state, but ${noState}`;
    return { is: "no-state", problem, head, isEncrypted };
  }
  return { is: "state", summary: summarize(state.state) };
}

function report(version: ListedVersion, look: Look, before: Look | undefined): VersionReport {
  const state = look.is === "state" ? look.summary : undefined;
  return {
    versionId: version.versionId,
    kind: look.is,
    current: version.current,
    writtenAt: version.writtenAt.toISOString(),
    size: version.size,
    serial: headOf(look)?.serial ?? null,
    lineage: headOf(look)?.lineage ?? null,
    terraformVersion: state?.terraformVersion ?? null,
    resources: state?.resources ?? null,
    change: changeOf(state, before) ?? null,
    ...("isEncrypted" in look && look.isEncrypted === true ? { encrypted: true } : {}),
    problem: "problem" in look ? look.problem : null,
    notes: notesOf(headOf(look), before && headOf(before)),
  };
}

/** Counts the changes; undefined if one of the two versions is unreadable. */
function changeOf(state: StateSummary | undefined, before: Look | undefined): ChangeCount | undefined {
  if (state === undefined) return undefined;
  if (before === undefined || before.is === "delete-marker") return countChanges(NOTHING, state);
  return before.is === "state" ? countChanges(before.summary, state) : undefined;
}

function headOf(look: Look): PlainHead | undefined {
  return look.is === "state" ? look.summary : "head" in look ? look.head : undefined;
}

/** Notes what Terraform on its own never does. */
function notesOf(state: PlainHead = {}, before: PlainHead = {}): string[] {
  if (state.lineage !== undefined && before.lineage !== undefined && state.lineage !== before.lineage)
    return ["it has another lineage than the version before: it is another state"];
  if (state.serial === undefined || before.serial === undefined || state.serial > before.serial) return [];
  return [`its serial is not above the serial before, ${String(before.serial)}`];
}
