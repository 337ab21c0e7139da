import { shown, type Problem } from "../../problem/problem";
import type { Change } from "./changes";
import type { Configuration } from "../scan/configuration";
import type { SourceFile } from "../scan/site";

/** A change and where it is made: the place in the file's order of backends. */
export interface SiteChange {
  readonly file: SourceFile;
  readonly ordinal: number;
  readonly change: Change;
}

/** What is to be done to one root's files. */
export interface PlannedRoot {
  readonly root: string;
  readonly folder: string;
  readonly changes: readonly SiteChange[];
  /** Why it cannot be done. */
  readonly problems: readonly Problem[];
}

/**
 * Roots that change a file together, by links for instance: they can only move together. A group that would also move a
 * root that is not selected has that as a problem.
 */
export function sharedFiles(
  planned: readonly PlannedRoot[],
  fleet: readonly Configuration[],
  isSelected: (root: string) => boolean,
): PlannedRoot[][] {
  const bystanders = bystandersOf(fleet, isSelected);
  const groupOf = new Map<string, PlannedRoot[]>();
  for (const root of planned) {
    const files = root.changes.map(({ file }) => file.realPath);
    const joined = [...new Set(files.flatMap((file) => groupOf.get(file) ?? []))];
    const group = [...joined, withBystanders(root, bystanders)];
    const all = group.flatMap(({ changes }) => changes.map(({ file }) => file.realPath));
    for (const file of all) groupOf.set(file, group);
    if (all.length === 0) groupOf.set(`nothing in ${root.root}`, group);
  }
  return [...new Set(groupOf.values())];
}

/** Each change once, by file: roots that share a file want the same of it. */
export function changesByFile(roots: readonly PlannedRoot[]): SiteChange[][] {
  const once = new Map<string, SiteChange>();
  for (const planned of roots.flatMap(({ changes }) => changes)) {
    const { file, ordinal, change } = planned;
    const key = JSON.stringify([file.realPath, ordinal, change]);
    if (!once.has(key)) once.set(key, planned);
  }
  const files = new Map<string, SiteChange[]>();
  for (const planned of once.values()) {
    const { realPath } = planned.file;
    files.set(realPath, [...(files.get(realPath) ?? []), planned]);
  }
  return [...files.values()];
}

/** By file, the roots that read it and are not selected. */
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
      message: `must belong to selected roots only, got ${shown(other)}, which reads the same file`,
      fix: `Select it too: --root ${other}`,
    })),
  );
  return { ...root, problems: [...root.problems, ...problems] };
}
