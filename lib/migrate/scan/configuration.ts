import { LOCKINGS } from "../../policy/access-level";
import { DYNAMODB_TABLE, LEGACY_TABLE, phaseOf, setting, USE_LOCKFILE, type Phase, type Setting } from "./phase";
import { argument, folderOf, type Site, type SourceFile, type WrittenConsumer } from "./site";

/** A site and the file it is in. */
export interface Place {
  readonly file: SourceFile;
  readonly site: Site;
}

/** What one root locks with: its backend block and the partial files that are merged into it. */
export interface Configuration {
  /** The folder that Terraform would be run in; of a consumer the config's file, `#` and its name. */
  readonly root: string;
  readonly source: "terraform" | "opentofu" | "terragrunt" | "cdktf" | "partial" | "reader" | "consumer";
  /** The name of the data source, of a reader; of the consumer. */
  readonly label: string | undefined;
  /** Least first: what comes later overrides. Never empty. */
  readonly places: readonly Place[];
  readonly bucket: Setting;
  readonly key: Setting;
  readonly table: Setting;
  readonly phase: Phase;
}

/** What one argument of the backend comes to, whichever of its places has it. */
export function settingOf({ places }: Pick<Configuration, "places">, name: string): Setting {
  return mergedSetting(places, name);
}

/** The first place, which the configuration is called by. */
export function home(configuration: Pick<Configuration, "places">): Place {
  const [first] = configuration.places;
  if (first === undefined) throw new Error("a configuration without a place");
  return first;
}

/** `file:line` of a place. */
export function placeText({ file, site }: Place): string {
  return `${file.path}:${String(site.line)}`;
}

/** A configuration of these places. */
export function configurationOf(source: Configuration["source"], places: readonly Place[]): Configuration {
  const { file, site } = home({ places });
  const table = mergedSetting(places, DYNAMODB_TABLE) ?? mergedSetting(places, LEGACY_TABLE);
  const lockfile = mergedSetting(places, USE_LOCKFILE);
  const [bucket, key] = [mergedSetting(places, "bucket"), mergedSetting(places, "key")];
  const phase = phaseOf(table, lockfile);
  // Where part of a backend is in no file, its locking arguments may be there too: on the command line.
  const isPart = bucket === undefined || (key === undefined && source !== "partial");
  const isComputed = places.some((place) => place.site.arguments === undefined);
  return {
    root: folderOf(file.path),
    source,
    label: site.label,
    places,
    bucket,
    key,
    table,
    phase: isComputed || (phase === "none" && isPart) ? "unknown" : phase,
  };
}

/** A consumer of a config: what synth will make of it. */
export function consumerConfiguration(place: Place): Configuration {
  const { file, site } = place;
  const { locking, legacyTable, index } = consumerOf(place);
  const phase = LOCKINGS.find((each) => locking !== undefined && "value" in locking && locking.value === each);
  return {
    root: `${file.path}#${site.label ?? String(index)}`,
    source: "consumer",
    label: site.label,
    places: [place],
    bucket: mergedSetting([place], "bucket"),
    key: mergedSetting([place], "key"),
    table: phase === "lockfile" ? undefined : legacyTable,
    phase: phase ?? "unknown",
  };
}

/** What a config says of a consumer. */
export function consumerOf({ site }: Place): WrittenConsumer {
  if (site.consumer === undefined) throw new Error(`no consumer in line ${String(site.line)}`);
  return site.consumer;
}

function mergedSetting(places: readonly Place[], name: string): Setting {
  for (const { file, site } of places.toReversed()) {
    const found = setting(argument(site, name), file.text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * One backend block, once for every way its partial files can be combined: files that disagree about an argument are
 * alternatives (`prod.tfbackend`, `test.tfbackend`), all others are layers of each of them.
 */
export function withPartials(
  source: Configuration["source"],
  block: Place,
  partials: readonly Place[],
): Configuration[] {
  const disputed = disputedArguments(partials);
  const isAlternative = ({ site }: Place): boolean => site.arguments?.some(({ name }) => disputed.has(name)) === true;
  const layers = partials.filter((partial) => !isAlternative(partial));
  const alternatives = partials.filter(isAlternative);
  if (alternatives.length === 0) return [configurationOf(source, [block, ...layers])];
  return alternatives.map((alternative) => configurationOf(source, [block, ...layers, alternative]));
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
