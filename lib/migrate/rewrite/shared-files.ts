import { shown, type Problem } from "../../problem/problem";
import type { Change } from "./changes";
import type { Configuration } from "../scan/configuration/configuration";
import type { SourceFile } from "../scan/source/site";
import { grouped } from "../../text/grouped";
import { shellQuoted } from "../../text/shell-quoted";

/** A change of one site; `ordinal` is the position of the site in its file. */
export interface SiteChange {
  readonly file: SourceFile;
  readonly ordinal: number;
  readonly change: Change;
}

/** The changes to the files of one root. */
export interface PlannedRoot {
  readonly root: string;
  readonly folder: string;
  readonly changes: readonly SiteChange[];
  /** Why the root cannot move. */
  readonly problems: readonly Problem[];
}

/**
 * Groups roots that share a file, for example through links: they can only move together. If a group would also move a root
 * that is not selected, its roots get a problem.
 */
export function sharedFiles(
  planned: readonly PlannedRoot[],
  fleet: readonly Configuration[],
  isSelected: (root: string) => boolean,
): PlannedRoot[][] {
  const bystanders = bystandersOf(fleet, isSelected);
  const groups: PlannedRoot[][] = [];
  const groupOf = new Map<string, number>();
  // Index of the group that a group has become a part of.
  const joinedTo: number[] = [];
  const final = (index: number): number => {
    let at = index;
    while (joinedTo[at] !== undefined && joinedTo[at] !== at) at = joinedTo[at] ?? at;
    return at;
  };
  for (const root of planned) {
    const files = new Set(root.changes.map(({ file }) => file.realPath));
    const known = [...new Set([...files].flatMap((file) => groupOf.get(file) ?? []).map(final))].sort((a, b) => a - b);
    const index = known[0] ?? groups.push([]) - 1;
    joinedTo[index] ??= index;
    for (const other of known.slice(1)) {
      groups[index]?.push(...(groups[other] ?? []));
      groups[other] = [];
      joinedTo[other] = index;
    }
    groups[index]?.push(withBystanders(root, bystanders));
    for (const file of files) groupOf.set(file, index);
  }
  return groups.filter((group) => group.length > 0);
}

/** Groups changes by file, each change once: roots that share a file need the same change. */
export function changesByFile(roots: readonly PlannedRoot[]): SiteChange[][] {
  const all = roots.flatMap(({ changes }) => changes);
  if (all.length === 1) return [all];
  const once = new Map<string, SiteChange>();
  for (const planned of all) {
    const { file, ordinal, change } = planned;
    const key = JSON.stringify([file.realPath, ordinal, change]);
    if (!once.has(key)) once.set(key, planned);
  }
  return [...grouped(once.values(), ({ file }) => file.realPath).values()];
}

/** Returns the roots that are not selected, by the files that they read. */
function bystandersOf(
  fleet: readonly Configuration[],
  isSelected: (root: string) => boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
  const bystanders = new Map<string, Set<string>>();
  for (const { root, places } of fleet) {
    if (isSelected(root)) continue;
    for (const { file } of places) {
      const roots = bystanders.get(file.realPath) ?? new Set();
      bystanders.set(file.realPath, roots.add(root));
    }
  }
  return bystanders;
}

function withBystanders(root: PlannedRoot, bystanders: ReadonlyMap<string, ReadonlySet<string>>): PlannedRoot {
  const files = new Map(root.changes.map(({ file }) => [file.realPath, file]));
  const problems = [...files.values()].flatMap((file) =>
    [...(bystanders.get(file.realPath) ?? [])].map((other) => ({
      code: "shared-file",
      path: file.path,
      message: `must be read only by selected roots, got ${shown(other)}, which reads it too`,
      fix: `Select it too: --root ${shellQuoted(other)}`,
    })),
  );
  return { ...root, problems: [...root.problems, ...problems] };
}
