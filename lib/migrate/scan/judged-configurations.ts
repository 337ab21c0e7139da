import type { EngineName } from "../../engine/engine";
import type { Problem } from "../../problem/problem";
import { grouped } from "../../text/grouped";
import { rootPattern } from "./outside/command-flags";
import type { PartialTakers } from "./root/attached-partials";
import type { Configuration } from "./configuration/configuration";
import { nextStep, notices } from "./next-step";
import { obstacles, type RootVersions } from "./obstacle/obstacles";
import { filledIn } from "./outside/placeholder";
import { configurations, doubledBackends, type IsIgnored } from "./root/root-configurations";
import { shownEngine } from "./version/root-engines";
import { sameState, stateIndex } from "./configuration/same-state";
import { folderOf, type SourceFile } from "./source/site";
import { servedUnits } from "./terragrunt/served-units";
import type { Units } from "./terragrunt/units";
import { floorVerdict, VERSION_FLOORS } from "./version/version-floor";

/** A configuration with the judgement of the scan. */
export interface ScannedConfiguration extends Configuration {
  /** The engine that the config names, or that the root shows. Undefined if nothing says so. */
  readonly engine: EngineName | undefined;
  readonly versions: RootVersions;
  /** Problems that an operator has to fix before the configuration can move. */
  readonly obstacles: readonly Problem[];
  readonly notices: readonly Problem[];
  readonly next: string;
  /** The consumer from which synth wrote this stack. The stack moves with its consumer. */
  readonly synthesizedFrom: string | undefined;
}

/** What other files say of roots. */
interface RootHints {
  /** The folders in which a file shows OpenTofu. */
  readonly ofOpenTofu: ReadonlySet<string>;
  /** The folders whose S3 backend OpenTofu does not see. */
  readonly hidden: ReadonlySet<string>;
  readonly takers: PartialTakers;
  readonly isIgnored: IsIgnored;
}

/** Returns every configuration of some files and configs, by its root, with the judgement of the scan. */
export function judged(
  sources: readonly SourceFile[],
  consumers: readonly Configuration[],
  units: Units,
  { ofOpenTofu, hidden, takers, isIgnored }: RootHints,
): ScannedConfiguration[] {
  const required = grouped(
    sources.flatMap(({ path, requiredVersions }) =>
      requiredVersions.map(({ text, line }) => ({ root: folderOf(path), text, place: `${path}:${String(line)}` })),
    ),
    ({ root }) => root,
    ({ text, place }): DeclaredVersion => ({ text, place }),
  );
  const doubled = doubledBackends(sources);
  const initsOf = initPlaces(takers);
  const served = servedUnits(units.configurations);
  const written = configurations(sources, units, takers, isIgnored).map((each) => filledIn(each, takers.commands));
  const found = [...written, ...consumers].sort((left, right) =>
    left.root < right.root ? -1 : left.root > right.root ? 1 : 0,
  );
  const consumersOf = stateIndex(consumers);
  const withOwnBackend = new Set([
    ...found.filter(({ source }) => source === "opentofu").map(({ root }) => root),
    ...hidden,
  ]);
  return found.map((configuration) => {
    const named = consumersOf(configuration).find((each) => sameState(configuration, each) === "yes")?.consumer?.engine;
    const shown = shownEngine(configuration, ofOpenTofu, withOwnBackend);
    const engine = named ?? shown;
    const knownEngine = named ?? (ofOpenTofu.has(configuration.root) ? shown : undefined);
    const floor = VERSION_FLOORS[engine === "tofu" ? "opentofu" : "terraform"];
    const constraints = declaredFor(configuration, required);
    const declared = constraints.map(({ text }) => text);
    // Synth writes a required_version that knows the lock.
    const verdict = configuration.source === "consumer" ? "met" : floorVerdict(declared, floor);
    const versions = { required: declared, places: constraints.map(({ place }) => place), floor, verdict };
    const maker = configuration.source === "cdktf" ? consumersOf(configuration) : [];
    const synthesizedFrom = maker.find((consumer) => sameState(configuration, consumer) === "yes")?.root;
    const inTheWay = obstacles(configuration, versions, doubled.get(configuration.root), knownEngine);
    // What is added comes first: V8 takes ten times as long to add to a copy.
    return {
      engine,
      versions,
      obstacles: inTheWay,
      notices: notices(configuration, versions),
      next:
        nextStep(configuration, inTheWay, synthesizedFrom, initsOf(configuration)) + (served.get(configuration) ?? ""),
      synthesizedFrom,
      ...configuration,
    };
  });
}

/** Returns where commands give a root of unknown locking arguments or files. */
function initPlaces({ commands }: PartialTakers): (configuration: Configuration) => string[] {
  const inits = commands.flatMap(({ root, path, line }) =>
    root === undefined || root === "**" ? [] : [{ pattern: rootPattern(root), place: `${path}:${String(line)}` }],
  );
  return ({ root, phase }) =>
    phase === "unknown"
      ? [...new Set(inits.filter(({ pattern }) => pattern.test(root)).map(({ place }) => place))]
      : [];
}

/** A version constraint and where it is written. */
interface DeclaredVersion {
  readonly text: string;
  readonly place: string;
}

/** Returns the constraints of a root. A unit has its constraints in its own folder, in its module and where Terragrunt reads its backend. */
function declaredFor(
  { root, module, source, places }: Configuration,
  required: ReadonlyMap<string, DeclaredVersion[]>,
): DeclaredVersion[] {
  const folders =
    source === "terragrunt" ? [root, module ?? root, ...places.map(({ file }) => folderOf(file.path))] : [root];
  return [...new Set(folders)].flatMap((folder) => required.get(folder) ?? []);
}
