import { rootPattern } from "../outside/command-flags";
import type { Place } from "../configuration/configuration";
import { namedPartials, resolvedFile } from "../outside/named-partials";
import type { OutsideClient } from "../outside/outside-clients";
import { argument, baseName, folderOf } from "../source/site";

/** What says which roots take a partial configuration that is in none of their folders. */
export interface PartialTakers {
  /** Files that an operator names: every root without a whole backend takes them. */
  readonly files: readonly RegExp[];
  readonly commands: readonly Pick<OutsideClient, "path" | "line" | "root" | "files" | "given">[];
}

/**
 * Groups partial files by the roots that take them: those that a command or an operator names, otherwise the nearest root at or
 * above. Files without a root are under `undefined`.
 */
export function attached(
  partials: readonly Place[],
  backends: readonly Place[],
  { files, commands }: PartialTakers,
): Map<string | undefined, Place[]> {
  const blocks = new Map(backends.map((place) => [folderOf(place.file.path), place]));
  const groups = new Map<string | undefined, Place[]>();
  const add = (folder: string | undefined, place: Place): void => {
    const known = groups.get(folder);
    if (known === undefined) groups.set(folder, [place]);
    else if (!known.includes(place)) known.push(place);
  };
  const isGiven = ({ file }: Place): boolean => files.some((pattern) => pattern.test(file.path));
  const [given, others] = [partials.filter(isGiven), partials.filter((place) => !isGiven(place))];
  const nearest = new Map<Place, string | undefined>();
  for (const place of others) {
    const folder = selfAndAbove(folderOf(place.file.path)).find((each) => blocks.has(each));
    nearest.set(place, folder);
    add(folder, place);
  }
  const open = [...blocks]
    .filter(([folder, block]) => !isWhole([block, ...(groups.get(folder) ?? [])]))
    .map(([folder]) => folder);
  const named = commands.map((command) => ({
    ...command,
    places: new Set(command.files.flatMap((each) => namedPartials(command, each, others))),
  }));
  for (const place of others) {
    const { path } = place.file;
    const meant = named.filter(({ places }) => places.has(place));
    const takers = meant.flatMap((command) => takersOf(command, path, blocks, open));
    for (const folder of takers) add(folder, place);
    const before = nearest.get(place);
    if (takers.length === 0 || (before !== undefined && takers.includes(before))) continue;
    // A command gives the file to other roots: the nearest one keeps it only if it needs it.
    const rest = (groups.get(before) ?? []).filter((each) => each !== place);
    const block = before === undefined ? undefined : blocks.get(before);
    if (block === undefined || isWhole([block, ...rest])) groups.set(before, rest);
  }
  for (const place of given) {
    const takers = takersOfGiven(place, open);
    for (const folder of takers.length === 0 ? [undefined] : takers) add(folder, place);
  }
  return groups;
}

function isWhole(places: readonly Place[]): boolean {
  return ["bucket", "key"].every((name) => places.some(({ site }) => argument(site, name) !== undefined));
}

/** Returns the roots that run a command with this file: by their names, or because the path of the file leads to it from there. */
function takersOf(
  { path, root, files }: PartialTakers["commands"][number],
  file: string,
  blocks: ReadonlyMap<string, Place>,
  open: readonly string[],
): string[] {
  const literal = root ?? folderOf(path);
  if (!literal.includes("*")) return blocks.has(literal) ? [literal] : [];
  const pattern = rootPattern(literal);
  const leadsThere = (folder: string): boolean =>
    files.some((written) => resolvedFile(folder, written)?.test(file) === true);
  return open.filter((folder) => pattern.test(folder) && leadsThere(folder));
}

/**
 * Returns the roots that take a file which an operator names. A file with the name of a root is for that root. A file with a key
 * is for one root, so it needs that name, or to be the only choice.
 */
function takersOfGiven({ file, site }: Place, open: readonly string[]): readonly string[] {
  const names = new Set(file.path.split(/[/.]/));
  const meant = open.filter((folder) => folder !== "." && names.has(baseName(folder)));
  if (meant.length > 0) return meant;
  return argument(site, "key") === undefined || open.length === 1 ? open : [];
}

function selfAndAbove(folder: string): string[] {
  const above = folderOf(folder);
  return above === folder ? [folder] : [folder, ...selfAndAbove(above)];
}
