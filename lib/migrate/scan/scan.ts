import { program } from "../../engine/spoken-engine";
import { CONFIG_FILES } from "../../config/config-files";
import { INVENTORY_FILE } from "../../inventory/inventory";
import { SyntaxProblem, unlessTooDeep } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import type { EngineName } from "../../engine/engine";
import { ENGINE_FILES, openTofuFolders, shownEngine } from "./root-engines";
import { configsAmong, consumerConfigurations, inventoryPath, outputFolder } from "./config-consumers";
import { counted } from "../../text/counted";
import { placeText, type Configuration } from "./configuration";
import { fileKind, isSkippedFolder, type FileKind } from "./file-kind";
import { generatorOf } from "./generated-file";
import { nextStep, notices } from "./next-step";
import { obstacles, type RootVersions } from "./obstacles";
import { outsideFindings, template, writtenBackends, type HandPlace, type OutsideFindings } from "./outside-hcl";
import { outdatedBackends } from "./outdated-backends";
import { isPlaceholder } from "./placeholder";
import { parseSource } from "./parse-source";
import { strayProblems } from "./stray-problems";
import { isFoundFile, type FoundFile, type ProjectFiles, type Wanted } from "../../files/project-files";
import type { Parsers } from "./parsers";
import { configurations, doubledBackends } from "./root-configurations";
import { duplicateProblems, sameState, stateIndex } from "./same-state";
import { folderOf, baseName, type SourceFile } from "./site";
import { floorVerdict, VERSION_FLOORS } from "./version-floor";

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

/** Every S3 backend and every consumer below some directories. */
export interface Scan {
  /** How many files the scan looked at. */
  readonly files: number;
  readonly configurations: readonly ScannedConfiguration[];
  /** Files that the scan could not read, states that two roots share, and places that an operator changes by hand. */
  readonly problems: readonly Problem[];
  /** Places that configure a backend, and that Statelock does not change. Their problems are in `problems` too. @default - none */
  readonly byHand?: readonly HandPlace[];
  /** What an operator should know, and what blocks nothing. @default - nothing */
  readonly hints?: readonly Problem[];
}

/** Receives the progress of a scan. */
export type ScanProgress = (done: {
  readonly files: number;
  readonly of: number;
  readonly withBackend: number;
}) => void;

/** How many files a scan reads at the same time. */
const READ_AT_ONCE = 32;

/** Finds every S3 backend below the directories, and every consumer of a config there. */
export async function scan(
  files: ProjectFiles,
  parsers: Parsers,
  directories: readonly string[],
  onProgress: ScanProgress = () => undefined,
): Promise<Scan> {
  const found = await files.find(directories, WANTED);
  const byPath = new Map(found.filter(isFoundFile).map((file) => [file.path, file]));
  const configs = configsAmong([...byPath.values()]);
  const others = found.filter((each) => !isFoundFile(each) || fileKind(baseName(each.path)) !== undefined);
  const count = others.length + configs.length;
  const problems: Problem[] = [];
  const sources: SourceFile[] = [];
  const withoutBackend: SourceFile[] = [];
  const byHand: HandPlace[] = [];
  const outside: OutsideFindings[] = [];
  for (let looked = 0; looked < others.length; looked += READ_AT_ONCE) {
    onProgress({ files: looked, of: count, withBackend: sources.length });
    const batch = others.slice(looked, looked + READ_AT_ONCE);
    for (const result of await Promise.all(batch.map((each) => readSource(files, parsers, each)))) {
      if ("code" in result) problems.push(result);
      else if ("hints" in result) outside.push(result);
      else {
        byHand.push(...writtenIn(result));
        if (result.sites.length > 0 || result.requiredVersions.length > 0 || (result.clouds ?? []).length > 0)
          sources.push(result);
        else withoutBackend.push(result);
      }
    }
  }
  const consumers: Configuration[] = [];
  for (const config of configs) {
    const result = await readConfig(files, config, byPath.get(inventoryPath(config.path)));
    if ("code" in result) problems.push(result);
    else consumers.push(...result);
  }
  onProgress({ files: count, of: count, withBackend: sources.length });
  sources.sort((left, right) => compare(left.path, right.path));
  const named = new Set(outside.flatMap(({ partials }) => partials.map(baseName)));
  const read = withoutCopies(sources, configs).filter((source) => isMeant(source, named));
  byHand.push(...outside.flatMap((each) => each.byHand));
  const units = [...byPath.keys()].filter((path) => baseName(path) === "terragrunt.hcl").map(folderOf);
  const lockFiles = new Map<string, string>();
  const folders = new Set(read.map(({ path }) => folderOf(path)));
  for (const file of byPath.values()) {
    if (baseName(file.path) !== ".terraform.lock.hcl" || !folders.has(folderOf(file.path))) continue;
    const text = await files.read(file);
    if (typeof text === "string") lockFiles.set(file.path, text);
  }
  const ofOpenTofu = openTofuFolders([...byPath.values()], [...sources, ...withoutBackend], lockFiles);
  const all = judge(read, consumers, units, ofOpenTofu);
  const scanned = all.filter((configuration) => !isTemplate(configuration));
  const outdated = outdatedBackends(scanned);
  const templates = all.filter(isTemplate).map((configuration) => template(placeText(configuration)));
  return {
    files: count,
    configurations: scanned,
    problems: [
      ...problems.sort(byPlace),
      ...duplicateProblems(scanned),
      ...outdated.problems,
      ...byHand.map(({ problem }) => problem).sort(byPlace),
      ...strayProblems(read),
    ],
    byHand,
    hints: [...templates, ...outdated.hints, ...outside.flatMap(({ hints }) => hints)].sort(byPlace),
  };
}

function byPlace(left: Problem, right: Problem): number {
  return compare(left.path, right.path);
}

/** False for variables that only look like a partial configuration: no command names the file, and neither does its name. */
function isMeant({ path, kind }: SourceFile, named: ReadonlySet<string>): boolean {
  const name = baseName(path);
  return kind.role !== "partial" || !name.endsWith(".tfvars") || name.includes("backend") || named.has(name);
}

/** True for what somebody still has to fill in: nobody runs it as it is. */
function isTemplate({ bucket, key, table }: Configuration): boolean {
  return [bucket, key, table].some(isPlaceholder);
}

/** Returns the backends that a file writes elsewhere. A file that only HashiCorp's parser reads may hold more. */
function writtenIn({ path, text, kind, sites }: SourceFile): HandPlace[] {
  const mayWrite =
    (kind.role === "root" && kind.syntax === "hcl") ||
    ((kind.role === "terragrunt" || kind.role === "unsure") && sites.length === 0);
  if (!mayWrite || !/backend\s+\\?"s3|remote_state|dynamodb_table/.test(text)) return [];
  if (kind.role === "unsure" && !/\bterragrunt\b/.test(text)) return [];
  return writtenBackends(
    path,
    text,
    sites.map(({ line }) => line),
  );
}

const WANTED: Wanted = {
  file: (name) =>
    fileKind(name) !== undefined ||
    CONFIG_FILES.includes(name) ||
    name === INVENTORY_FILE ||
    ENGINE_FILES.includes(name),
  folder: (name) => !isSkippedFolder(name),
};

async function readConfig(
  files: ProjectFiles,
  config: FoundFile,
  inventory: FoundFile | undefined,
): Promise<readonly Configuration[] | Problem> {
  const text = await files.read(config);
  const inventoryText = inventory && (await files.read(inventory));
  if (typeof text !== "string") return text;
  return typeof inventoryText === "object" ? inventoryText : consumerConfigurations(config, text, inventoryText);
}

async function readSource(
  files: ProjectFiles,
  parsers: Parsers,
  found: FoundFile | Problem,
): Promise<SourceFile | OutsideFindings | Problem> {
  if (!isFoundFile(found)) return found;
  const named = fileKind(baseName(found.path));
  const text = await files.read(found);
  const isJson = named?.role === "unsure" && typeof text === "string" && text.trimStart().startsWith("{");
  const kind: FileKind | undefined = named && isJson ? { ...named, syntax: "json" } : named;
  if (kind === undefined || typeof text !== "string") {
    // Most of these have nothing to do with Terraform, so they are only a hint.
    const isOther = kind?.role === "outside" || kind?.role === "unsure";
    return isOther ? { byHand: [], hints: [text as Problem], partials: [] } : (text as Problem);
  }
  if (kind.role === "outside") return outsideFindings(found.path, text);
  const isDoubtful = kind.role === "unsure" || kind.role === "terragrunt";
  const nothing = { ...found, kind, text, sites: [], requiredVersions: [] };
  if (isDoubtful && !MAY_BE_BACKEND.test(text)) return nothing;
  const finding = unlessTooDeep(() => parseSource(parsers.positions, kind, text));
  if (!(finding instanceof SyntaxProblem)) {
    const isPart = finding.sites.some(({ role }) => role === "partial");
    const generatedBy = generatorOf(found.path, text);
    return {
      ...found,
      kind: isPart ? { ...kind, role: "partial" } : kind,
      text,
      ...finding,
      ...(generatedBy === undefined ? {} : { generatedBy }),
    };
  }
  if (kind.role === "unsure") return nothing;
  const confirmed = kind.syntax === "hcl" ? await parsers.confirm(text) : finding;
  if (confirmed instanceof SyntaxProblem) return syntaxProblem(found, confirmed);
  if (!mentionsBackend(confirmed, kind)) return { ...found, kind, text, sites: [], requiredVersions: [] };
  return syntaxProblem(found, finding, "the parser that finds positions rejects it, and HashiCorp's parser accepts it");
}

/** What a file with a backend contains, if its name does not say that it has one. */
const MAY_BE_BACKEND =
  /remote_state|\bgenerate|dynamodb_table|use_lockfile|lock_table|\bbackend\b|\bbucket\b|terraform_version_constraint/;

/** True if a file that only HashiCorp's parser accepts may hold a backend. */
function mentionsBackend(root: Readonly<Record<string, unknown>>, { role }: FileKind): boolean {
  return (
    role !== "root" ||
    root["terraform"] !== undefined ||
    JSON.stringify(root["data"] ?? {}).includes("terraform_remote_state")
  );
}

function syntaxProblem({ path }: FoundFile, { line, message }: SyntaxProblem, why = message): Problem {
  return {
    code: "unreadable-file",
    path: `${path}:${String(line)}`,
    message: `could not be parsed: ${why}`,
    fix: `Fix the file: \`${program()} validate\` shows the place. Statelock left it as it is, and this list lacks its backends.`,
  };
}

/** Leaves out the backend files that synth writes to be copied: a scan looks at the copies. */
function withoutCopies(sources: readonly SourceFile[], configs: readonly FoundFile[]): SourceFile[] {
  const outputs = configs.map(({ path }) => `${outputFolder(path)}/backends/`);
  return sources.filter(({ path }) => !outputs.some((output) => path.startsWith(output)));
}

function judge(
  sources: readonly SourceFile[],
  consumers: readonly Configuration[],
  units: readonly string[],
  ofOpenTofu: ReadonlySet<string>,
): ScannedConfiguration[] {
  const required = new Map<string, string[]>();
  for (const { path, requiredVersions } of sources) {
    const root = folderOf(path);
    required.set(root, [...(required.get(root) ?? []), ...requiredVersions]);
  }
  const doubled = doubledBackends(sources);
  const found = [...configurations(sources), ...consumers].sort((left, right) => compare(left.root, right.root));
  const consumersOf = stateIndex(consumers);
  const withOwnBackend = new Set(found.filter(({ source }) => source === "opentofu").map(({ root }) => root));
  return found.map((configuration) => {
    const named = consumersOf(configuration).find((each) => sameState(configuration, each) === "yes")?.consumer?.engine;
    const shown = shownEngine(configuration, ofOpenTofu, withOwnBackend);
    const engine = named ?? shown;
    const knownEngine = named ?? (ofOpenTofu.has(configuration.root) ? shown : undefined);
    const floor = VERSION_FLOORS[engine === "tofu" ? "opentofu" : "terraform"];
    const declared = required.get(configuration.root) ?? [];
    // Synth writes a required_version that knows the lock.
    const verdict = configuration.source === "consumer" ? "met" : floorVerdict(declared, floor);
    const versions = { required: declared, floor, verdict };
    const maker = configuration.source === "cdktf" ? consumersOf(configuration) : [];
    const synthesizedFrom = maker.find((consumer) => sameState(configuration, consumer) === "yes")?.root;
    const inTheWay = obstacles(configuration, versions, doubled.get(configuration.root), knownEngine);
    return {
      ...configuration,
      engine,
      versions,
      obstacles: inTheWay,
      notices: notices(configuration, versions),
      next: nextStep(configuration, inTheWay, synthesizedFrom) + served(configuration, units),
      synthesizedFrom,
    };
  });
}

/** Returns how many units a block of Terragrunt serves: those below its folder. */
function served({ source, root }: Configuration, units: readonly string[]): string {
  const below = units.filter((unit) => unit !== root && (root === "." || unit.startsWith(`${root}/`))).length;
  return source !== "terragrunt" || below === 0 ? "" : ` (serves ${counted(below, "unit")})`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
