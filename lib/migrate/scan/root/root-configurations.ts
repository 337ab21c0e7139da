import { attached, type PartialTakers } from "./attached-partials";
import { ONLY_S3 } from "../source/known-arguments";
import { configurationOf, withPartials, type Configuration, type Place } from "../configuration/configuration";
import { isOverride } from "../source/file-kind";
import { isDropped } from "../outside/placeholder";
import { TABLE_ARGUMENTS, USE_LOCKFILE } from "../configuration/phase";
import { argument, folderOf, baseName, type Site, type SourceFile } from "../source/site";
import type { Units } from "../terragrunt/units";
import { grouped } from "../../../text/grouped";

/**
 * Returns every configuration that these files form. A unit and the module beside it are one: an empty backend block of a
 * module that a unit runs does not make a root.
 */
export function configurations(
  files: readonly SourceFile[],
  units: Omit<Units, "read"> = { configurations: [], modules: new Set(), used: new Set() },
  takers: PartialTakers = { files: [], commands: [] },
  isIgnored: IsIgnored = () => false,
): Configuration[] {
  const places = placesIn(files).filter((place) => !isDropped(place));
  const backends = effectiveBackends(
    places.filter(({ site }) => site.role === "backend"),
    isIgnored,
  );
  const partials = attached(
    partialPlaces(files),
    backends.filter(({ site }) => site.type === "s3"),
    takers,
  );
  return [
    ...backends
      .filter(({ site }) => site.type === "s3")
      .filter(({ file, site }) => site.arguments?.length !== 0 || !units.modules.has(folderOf(file.path)))
      .flatMap((block) => withPartials(sourceOf(block), block, partials.get(folderOf(block.file.path)) ?? [])),
    ...(partials.get(undefined) ?? [])
      .filter(({ file, site }) => isForS3(file, site))
      .map((place) => configurationOf("partial", [place])),
    ...units.configurations,
    ...places
      .filter(({ site }) => site.role === "terragrunt" && !units.used.has(site))
      .map((place) => configurationOf("terragrunt", [place])),
    ...places.filter(({ site }) => carriesLocking(site)).map((place) => configurationOf("reader", [place])),
  ];
}

/** Returns every place in some files. */
export function placesIn(files: readonly SourceFile[]): Place[] {
  const places: Place[] = [];
  for (const file of files) for (const site of file.sites) places.push({ file, site });
  return places;
}

function backendPlaces(files: readonly SourceFile[]): Place[] {
  return placesIn(files).filter(({ site }) => site.role === "backend");
}

/** Returns the partial configurations in some files, without templates. */
export function partialPlaces(files: readonly SourceFile[]): Place[] {
  return placesIn(files).filter((place) => place.site.role === "partial" && !isDropped(place));
}

/** Returns the roots with two backend blocks, by folder. No tool accepts such a root. */
export function doubledBackends(files: readonly SourceFile[]): ReadonlyMap<string, readonly Place[]> {
  const blocks = backendPlaces(files).filter(({ file }) => !isOverride(baseName(file.path)));
  const roots = grouped(blocks, ({ file }) => `${file.kind.tool} ${folderOf(file.path)}`);
  const doubled = [...roots.values()].filter((places) => places.length > 1);
  return new Map(doubled.map((places) => [folderOf(places[0]?.file.path ?? ""), places]));
}

/** Drops the backend blocks that an override file of the same root replaces, and scratch overrides. */
function effectiveBackends(backends: readonly Place[], isIgnored: IsIgnored): Place[] {
  const key = ({ file }: Place): string => `${file.kind.tool} ${folderOf(file.path)}`;
  const overridden = new Map<string, Place>();
  const lasting = backends.filter((place) => !isScratch(place, backends, isIgnored));
  for (const place of lasting) if (isOverride(baseName(place.file.path))) overridden.set(key(place), place);
  if (overridden.size === 0) return lasting;
  return lasting.filter((place) => (overridden.get(key(place)) ?? place) === place);
}

/** True for a file that git ignores, so that it is on this machine alone. */
export type IsIgnored = (file: SourceFile) => boolean;

/**
 * Returns the overrides that lead a root to a store on this machine, as `tflocal` leaves them, or to a backend of another type, and
 * those that git ignores. They do not hide the backend that everybody else uses.
 */
export function scratchOverrides(files: readonly SourceFile[], isIgnored: IsIgnored): readonly Place[] {
  const backends = backendPlaces(files);
  return backends.filter((place) => isScratch(place, backends, isIgnored));
}

const LOCAL = /\/\/(?:localhost|127\.|\[::1\]|0\.0\.0\.0|s3\.localhost|localstack|minio\b|host\.docker)/;

function isScratch({ file, site }: Place, backends: readonly Place[], isIgnored: IsIgnored): boolean {
  if (!isOverride(baseName(file.path))) return false;
  const folder = folderOf(file.path);
  const hidden = backends.filter(
    (other) => folderOf(other.file.path) === folder && !isOverride(baseName(other.file.path)),
  );
  if (hidden.length === 0) return false;
  if (site.type !== "s3" && hidden.some((other) => other.site.type === "s3")) return true;
  const isLocal = LOCAL.test(file.text.slice(site.start, site.end));
  return isLocal || isIgnored(file) || baseName(file.path) === "localstack_providers_override.tf";
}

function isForS3(file: SourceFile, site: Site): boolean {
  return baseName(file.path).includes(".s3.") || ONLY_S3.some((name) => argument(site, name) !== undefined);
}

/** True for a reader with a locking argument, or with a config that is computed. Any other reader needs no change. */
function carriesLocking(site: Site): boolean {
  if (site.role !== "reader") return false;
  if (site.arguments === undefined) return true;
  return [...TABLE_ARGUMENTS, "lock_table", USE_LOCKFILE].some((name) => argument(site, name) !== undefined);
}

function sourceOf({ file }: Place): Configuration["source"] {
  return file.kind.role === "cdktf" ? "cdktf" : file.kind.tool;
}
