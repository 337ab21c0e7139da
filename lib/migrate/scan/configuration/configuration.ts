import type { Attribute } from "../../../hcl/syntax";
import type { FoundFile } from "../../../files/project-files";
import { consumerSetting, type SynthesizedConsumer } from "./synthesized-consumer";
import { DYNAMODB_TABLE, LEGACY_TABLE, phaseOf, setting, USE_LOCKFILE, type Phase, type Setting } from "./phase";
import { argument, folderOf, type Site, type SourceFile } from "../source/site";

/** A site and the file it is in. */
export interface Place {
  readonly file: SourceFile;
  readonly site: Site;
}

/** One way in which a root is configured: its backend block with the partial files that Terraform merges into it. */
export interface Configuration {
  /** The folder in which people run Terraform. For a consumer: path of the config, `#`, name. */
  readonly root: string;
  readonly source: "terraform" | "opentofu" | "terragrunt" | "cdktf" | "partial" | "reader" | "consumer";
  /** The name of the consumer, or of a reader's data source. */
  readonly label: string | undefined;
  /** The file that it is named after: the first of `places`, or the config of a consumer. */
  readonly file: FoundFile;
  /** Counted from 1; undefined for a consumer whose quoted name the config does not hold exactly once. */
  readonly line: number | undefined;
  /** The places that set arguments; a later one overrides an earlier one. Empty only for a consumer. */
  readonly places: readonly Place[];
  /** Arguments as this unit of Terragrunt gets them. @default - as they are written */
  readonly values?: ReadonlyMap<string, Setting>;
  /** The folder of the module that a unit runs. @default - a module elsewhere, or no unit */
  readonly module?: string;
  /** True if a unit takes its backend from a file that is not below the scanned folders. @default false */
  readonly isElsewhere?: boolean;
  /** The consumer of the inventory; undefined for any other source. */
  readonly consumer: SynthesizedConsumer | undefined;
  readonly bucket: Setting;
  readonly key: Setting;
  readonly table: Setting;
  readonly phase: Phase;
}

/** Returns one argument of the backend, from whichever of its places sets it last. */
export function settingOf(
  { places, values, consumer }: Pick<Configuration, "places" | "values" | "consumer">,
  name: string,
): Setting {
  return consumer === undefined ? mergedSetting(places, name, values) : consumerSetting(consumer, name);
}

/** Returns `file:line`, or the file alone if the line is not known. */
export function placeText({
  file,
  line,
}: {
  readonly file: { readonly path: string };
  line: number | undefined;
}): string {
  return line === undefined ? file.path : `${file.path}:${String(line)}`;
}

/** Returns the path of the problems with an argument. */
export function argumentPath({ file }: Place, { line, name }: Attribute): string {
  return `${file.path}:${String(line)} ${name}`;
}

/** Builds a configuration from its places. There must be at least one. @param unit the unit that gets these arguments */
export function configurationOf(
  source: Configuration["source"],
  places: readonly Place[],
  unit?: Required<Pick<Configuration, "root" | "values">>,
): Configuration {
  const [first] = places;
  if (first === undefined) throw new Error("a configuration without a place");
  const { file, site } = first;
  const get = (name: string): Setting => mergedSetting(places, name, unit?.values);
  const table = get(DYNAMODB_TABLE) ?? get(LEGACY_TABLE);
  const lockfile = get(USE_LOCKFILE);
  const [bucket, key] = [get("bucket"), get("key")];
  const phase = phaseOf(table, lockfile);
  // If bucket or key are in no file, the locking arguments may also be on the command line.
  const isPart = bucket === undefined || (key === undefined && source !== "partial");
  const isComputed = places.some((place) => place.site.arguments === undefined);
  return {
    root: folderOf(file.path),
    ...unit,
    source,
    label: site.label,
    file,
    line: site.line,
    places,
    consumer: undefined,
    bucket,
    key,
    table,
    phase: isComputed || (phase === "none" && isPart) ? "unknown" : phase,
  };
}

function mergedSetting(
  places: readonly Place[],
  name: string,
  values: ReadonlyMap<string, Setting> | undefined,
): Setting {
  if (values?.has(name) === true) return values.get(name);
  for (const { file, site } of places.length === 1 ? places : places.toReversed()) {
    const found = setting(argument(site, name), file.text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Returns one configuration for each way to combine a backend block with its partial files. Files that disagree about an
 * argument are alternatives (`prod.tfbackend`, `test.tfbackend`), and so are files that each name a bucket and a key. Alternatives
 * of different arguments (a file for each region, one for each environment) come together in every way. All other files are layers.
 */
export function withPartials(
  source: Configuration["source"],
  block: Place,
  partials: readonly Place[],
): Configuration[] {
  if (partials.length === 0) return [configurationOf(source, [block])];
  const disputed = disputedArguments(partials);
  const whole = partials.filter(({ site }) => ["bucket", "key"].every((name) => argument(site, name) !== undefined));
  const isAlternative = (partial: Place): boolean =>
    (whole.length > 1 && whole.includes(partial)) ||
    partial.site.arguments?.some(({ name }) => disputed.has(name)) === true;
  const layers = partials.filter((partial) => !isAlternative(partial));
  const ways = combined(dimensions(partials.filter(isAlternative), disputed)).map((alternatives) =>
    configurationOf(source, [block, ...layers, ...alternatives]),
  );
  return [...ownWay(configurationOf(source, [block]), ways), ...ways];
}

/** Groups alternatives: two of one group set an argument to different values, so no run takes both. */
function dimensions(alternatives: readonly Place[], disputed: ReadonlySet<string>): Place[][] {
  const groups: { readonly names: Set<string>; readonly places: Place[] }[] = [];
  for (const place of alternatives) {
    const given = (place.site.arguments ?? []).map(({ name }) => name);
    const names = new Set(given.filter((name) => disputed.has(name) || name === "bucket" || name === "key"));
    const met = groups.filter((group) => [...names].some((name) => group.names.has(name)));
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    const joined = [...names, ...met.flatMap((group) => [...group.names])];
    groups.push({ names: new Set(joined), places: [...met.flatMap(({ places }) => places), place] });
  }
  return groups.map(({ places }) => places);
}

/** How many ways one root may have. */
const MOST_WAYS = 1_000;

/** Returns every way to take one of each group. If these are too many, each file is a way: then the root is not whole, and so reported. */
function combined(groups: readonly (readonly Place[])[]): Place[][] {
  const count = groups.reduce((product, group) => product * group.length, 1);
  if (count > MOST_WAYS) return groups.flat().map((place) => [place]);
  return groups.reduce<Place[][]>((ways, group) => ways.flatMap((way) => group.map((place) => [...way, place])), [[]]);
}

/** Returns the block alone if people can also run the root without a partial file, and it locks in another way then. */
function ownWay(alone: Configuration, ways: readonly Configuration[]): Configuration[] {
  const state = ({ bucket, key }: Configuration): string => JSON.stringify([bucket, key]);
  const locks = ({ phase, table }: Configuration): string => JSON.stringify([phase, table]);
  const same = ways.filter((way) => state(way) === state(alone));
  const isWhole = alone.bucket !== undefined && alone.key !== undefined && alone.phase !== "unknown";
  return isWhole && same.length > 0 && same.every((way) => locks(way) !== locks(alone)) ? [alone] : [];
}

function disputedArguments(partials: readonly Place[]): ReadonlySet<string> {
  const written = new Map<string, Set<string>>();
  for (const { file, site } of partials) {
    for (const { name, value } of site.arguments ?? []) {
      const values = written.get(name) ?? new Set();
      written.set(name, values.add(file.text.slice(value.start, value.end)));
    }
  }
  return new Set([...written].filter(([, values]) => values.size > 1).map(([name]) => name));
}
