import { CONFIG_FILES } from "../../config/config-files";
import { INVENTORY_FILE } from "../../inventory/inventory";
import { SyntaxProblem, unlessTooDeep } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import { configsAmong, consumerConfigurations, inventoryPath, outputFolder } from "./config-consumers";
import type { Configuration } from "./configuration";
import { fileKind, isSkippedFolder, type FileKind } from "./file-kind";
import { nextStep, notices } from "./next-step";
import { obstacles, type RootVersions } from "./obstacles";
import { parseSource } from "./parse-source";
import { isFoundFile, type FoundFile, type ProjectFiles, type Wanted } from "../../files/project-files";
import type { Parsers } from "./parsers";
import { configurations, doubledBackends } from "./root-configurations";
import { duplicateProblems, sameState, stateIndex } from "./same-state";
import { folderOf, baseName, type SourceFile } from "./site";
import { floorVerdict, VERSION_FLOORS } from "./version-floor";

/** A configuration with the judgement of the scan. */
export interface ScannedConfiguration extends Configuration {
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
  /** Files that the scan could not read, and states that two roots share. */
  readonly problems: readonly Problem[];
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
  for (let looked = 0; looked < others.length; looked += READ_AT_ONCE) {
    onProgress({ files: looked, of: count, withBackend: sources.length });
    const batch = others.slice(looked, looked + READ_AT_ONCE);
    for (const result of await Promise.all(batch.map((each) => readSource(files, parsers, each)))) {
      if ("code" in result) problems.push(result);
      else if (result.sites.length > 0 || result.requiredVersions.length > 0) sources.push(result);
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
  const scanned = judge(withoutCopies(sources, configs), consumers);
  return {
    files: count,
    configurations: scanned,
    problems: [...problems.sort((left, right) => compare(left.path, right.path)), ...duplicateProblems(scanned)],
  };
}

const WANTED: Wanted = {
  file: (name) => fileKind(name) !== undefined || CONFIG_FILES.includes(name) || name === INVENTORY_FILE,
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
): Promise<SourceFile | Problem> {
  if (!isFoundFile(found)) return found;
  const kind = fileKind(baseName(found.path));
  const text = await files.read(found);
  if (kind === undefined || typeof text !== "string") return text as Problem;
  const finding = unlessTooDeep(() => parseSource(parsers.positions, kind, text));
  if (!(finding instanceof SyntaxProblem)) return { ...found, kind, text, ...finding };
  const confirmed = kind.syntax === "hcl" ? await parsers.confirm(text) : finding;
  if (confirmed instanceof SyntaxProblem) return syntaxProblem(found, confirmed);
  if (!mentionsBackend(confirmed, kind)) return { ...found, kind, text, sites: [], requiredVersions: [] };
  return syntaxProblem(found, finding, "the parser that finds positions rejects it, and HashiCorp's parser accepts it");
}

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
    fix: "Fix the file: `terraform validate` shows the place. Statelock left it as it is, and this list lacks its backends.",
  };
}

/** Leaves out the backend files that synth writes to be copied: a scan looks at the copies. */
function withoutCopies(sources: readonly SourceFile[], configs: readonly FoundFile[]): SourceFile[] {
  const outputs = configs.map(({ path }) => `${outputFolder(path)}/backends/`);
  return sources.filter(({ path }) => !outputs.some((output) => path.startsWith(output)));
}

function judge(sources: readonly SourceFile[], consumers: readonly Configuration[]): ScannedConfiguration[] {
  const required = new Map<string, string[]>();
  for (const { path, requiredVersions } of sources) {
    const root = folderOf(path);
    required.set(root, [...(required.get(root) ?? []), ...requiredVersions]);
  }
  const doubled = doubledBackends(sources);
  const found = [...configurations(sources), ...consumers].sort((left, right) => compare(left.root, right.root));
  const consumersOf = stateIndex(consumers);
  return found.map((configuration) => {
    const floor = VERSION_FLOORS[configuration.source === "opentofu" ? "opentofu" : "terraform"];
    const declared = required.get(configuration.root) ?? [];
    // Synth writes a required_version that knows the lock.
    const verdict = configuration.source === "consumer" ? "met" : floorVerdict(declared, floor);
    const versions = { required: declared, floor, verdict };
    const maker = configuration.source === "cdktf" ? consumersOf(configuration) : [];
    const synthesizedFrom = maker.find((consumer) => sameState(configuration, consumer) === "yes")?.root;
    const inTheWay = obstacles(configuration, versions, doubled.get(configuration.root));
    return {
      ...configuration,
      versions,
      obstacles: inTheWay,
      notices: notices(configuration, versions),
      next: nextStep(configuration, inTheWay, synthesizedFrom),
      synthesizedFrom,
    };
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
