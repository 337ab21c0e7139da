import { DEFAULT_ENGINE, ENGINE_NAMES, type EngineName } from "../../../engine/engine";
import { FLOORS, reachesFloor } from "../../../engine/floors";
import { grouped } from "../../../text/grouped";
import { folderOf, type SourceFile } from "../source/site";
import { lowestAllowed } from "./version-floor";
import { pinsFor, type PinFiles } from "./version-pins";

/** The lowest version that a fleet allows of one engine, and the file that pins it. */
export interface LowestVersion {
  readonly engine: EngineName;
  readonly version: string;
  /** `file:line`, or the file of a version manager. */
  readonly path: string;
  /** True if that version locks correctly with a file. */
  readonly isEnough: boolean;
}

/**
 * Returns the lowest version of each engine that some root allows. A root that declares no version is left out: no file
 * pins one.
 */
export function lowestVersions(
  roots: readonly { readonly root: string; readonly engine: EngineName | undefined }[],
  files: readonly SourceFile[],
  pins: PinFiles,
): LowestVersion[] {
  const declared = grouped(
    files.filter(({ requiredVersions }) => requiredVersions.length > 0),
    ({ path }) => folderOf(path),
  );
  const all = roots.flatMap(({ root, engine = DEFAULT_ENGINE }) => {
    const [pin] = pinsFor(root, pins, engine);
    if (pin?.version !== undefined) return [{ engine, version: pin.version, path: pin.path }];
    const bounds = (declared.get(root) ?? []).flatMap(({ path, requiredVersions }) =>
      requiredVersions.flatMap(({ text, line }) => {
        const version = lowestAllowed(text);
        return version === undefined ? [] : [{ engine, version, path: `${path}:${String(line)}` }];
      }),
    );
    // A version must satisfy each constraint, so the highest of the lower bounds counts.
    const [first, ...others] = bounds;
    return first === undefined ? [] : [others.reduce((high, each) => (isBelow(high, each) ? each : high), first)];
  });
  return ENGINE_NAMES.flatMap((name) => {
    const [first, ...others] = all.filter(({ engine }) => engine === name);
    if (first === undefined) return [];
    const lowest = others.reduce(
      (low, each) => (each.version !== low.version && isBelow(each, low) ? each : low),
      first,
    );
    return [{ ...lowest, isEnough: reachesFloor(lowest.version, FLOORS.lockfile[name]) }];
  });
}

function isBelow(one: { readonly version: string }, other: { readonly version: string }): boolean {
  return !reachesFloor(one.version, other.version);
}
