import { SyntaxProblem, unlessTooDeep } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import { readConfigSites } from "./config-sites";
import type { Configuration } from "./configuration";
import { CONFIG_FILE, fileKind, isSkippedFolder, type FileKind } from "./file-kind";
import { nextStep, notices } from "./next-step";
import { obstacles, type RootVersions } from "./obstacles";
import { parseSource } from "./parse-source";
import { isFoundFile, type FoundFile, type ProjectFiles, type Wanted } from "../../files/project-files";
import type { Parsers } from "./parsers";
import { configurations, doubledBackends } from "./root-configurations";
import { duplicateProblems, sameState, stateIndex } from "./same-state";
import { folderOf, nameOf, type SourceFile } from "./site";
import { floorVerdict, VERSION_FLOORS } from "./version-floor";

/** A configuration and what a scan makes of it. */
export interface ScannedConfiguration extends Configuration {
  readonly versions: RootVersions;
  /** What has to be mended by hand first. */
  readonly obstacles: readonly Problem[];
  readonly notices: readonly Problem[];
  readonly next: string;
  /** The root of the consumer whose stack synth wrote this to: it moves with that. */
  readonly synthesizedFrom: string | undefined;
}

/** Everything below some directories that has to do with S3 backends. */
export interface Scan {
  /** How many files were looked at. */
  readonly files: number;
  readonly configurations: readonly ScannedConfiguration[];
  /** Files that could not be read, and states that two roots write. */
  readonly problems: readonly Problem[];
}

/** Told now and then while a scan runs. */
export type ScanProgress = (done: {
  readonly files: number;
  readonly of: number;
  readonly withBackend: number;
}) => void;

/** Files that are read at one time: enough to keep a disk busy. */
const READ_AT_ONCE = 32;

/** Finds every S3 backend below the directories. */
export async function scan(
  files: ProjectFiles,
  parsers: Parsers,
  directories: readonly string[],
  onProgress: ScanProgress = () => undefined,
): Promise<Scan> {
  const problems: Problem[] = [];
  const sources: SourceFile[] = [];
  const unreadConfigs: string[] = [];
  const found = await files.find(directories, WANTED);
  for (let looked = 0; looked < found.length; looked += READ_AT_ONCE) {
    onProgress({ files: looked, of: found.length, withBackend: sources.length });
    const batch = found.slice(looked, looked + READ_AT_ONCE);
    const results = await Promise.all(batch.map((each) => readSource(files, parsers, each)));
    for (const [index, result] of results.entries()) {
      const each = batch[index];
      if ("code" in result) {
        problems.push(result);
        if (each !== undefined && isFoundFile(each) && nameOf(each.path) === CONFIG_FILE) unreadConfigs.push(each.path);
      } else if (result.sites.length > 0 || result.requiredVersions.length > 0) sources.push(result);
    }
  }
  onProgress({ files: found.length, of: found.length, withBackend: sources.length });
  sources.sort((left, right) => (left.path < right.path ? -1 : 1));
  const scanned = judge(withoutCopies(sources, unreadConfigs));
  return {
    files: found.length,
    configurations: scanned,
    problems: [...problems.sort(byPath), ...duplicateProblems(scanned)],
  };
}

const WANTED: Wanted = {
  file: (name) => fileKind(name) !== undefined,
  folder: (name) => !isSkippedFolder(name),
};

async function readSource(
  files: ProjectFiles,
  parsers: Parsers,
  found: FoundFile | Problem,
): Promise<SourceFile | Problem> {
  if (!isFoundFile(found)) return found;
  const kind = fileKind(nameOf(found.path));
  const text = await files.read(found);
  if (kind === undefined || typeof text !== "string") return text as Problem;
  if (kind.syntax === "typescript") return readConfig(parsers, found, kind, text);
  const finding = unlessTooDeep(() => parseSource(parsers.positions, kind, text));
  if (!(finding instanceof SyntaxProblem)) return { ...found, kind, text, ...finding };
  const confirmed = kind.syntax === "hcl" ? await parsers.confirm(text) : finding;
  if (confirmed instanceof SyntaxProblem) return syntaxProblem(found, confirmed);
  if (!mentionsBackend(confirmed, kind)) return { ...found, kind, text, sites: [], requiredVersions: [] };
  return syntaxProblem(found, finding, "the parser that finds places does not take it, though HashiCorp's does");
}

function readConfig({ config }: Parsers, found: FoundFile, kind: FileKind, text: string): SourceFile | Problem {
  const finding = unlessTooDeep(() => readConfigSites(config, text));
  return finding instanceof SyntaxProblem ? moduleProblem(found, finding) : { ...found, kind, text, ...finding };
}

/** Whether a file that only the parser without positions takes holds anything a scan looks for. */
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
    message: `must be what Terraform can read, got: ${why}`,
    fix: "Mend the file, `terraform validate` shows the place; it was left as it is, and what it holds is not in this list.",
  };
}

function moduleProblem({ path }: FoundFile, { line, message }: SyntaxProblem): Problem {
  return {
    code: "unreadable-file",
    path: `${path}:${String(line)}`,
    message: `must be what TypeScript can read, got: ${message}`,
    fix: "Mend the file, `npx tsc --noEmit` shows the place; it was left as it is, and its consumers are not in this list.",
  };
}

/**
 * Without the files that synth writes to be copied: where they are copied to they are looked at.
 * @param unreadConfigs configs that could not be read now, which synth may have read before
 */
function withoutCopies(sources: readonly SourceFile[], unreadConfigs: readonly string[]): SourceFile[] {
  const configs = sources.filter(({ kind, sites }) => kind.role === "config" && sites.length > 0);
  const outputs = [...configs.map(({ path }) => path), ...unreadConfigs].map(
    (path) => `${path.slice(0, -CONFIG_FILE.length)}cdktf.out/backends/`,
  );
  return sources.filter(({ path }) => !outputs.some((output) => path.startsWith(output)));
}

function judge(sources: readonly SourceFile[]): ScannedConfiguration[] {
  const required = new Map<string, string[]>();
  for (const { path, requiredVersions } of sources) {
    const root = folderOf(path);
    required.set(root, [...(required.get(root) ?? []), ...requiredVersions]);
  }
  const doubled = doubledBackends(sources);
  const found = configurations(sources);
  const consumers = stateIndex(found.filter(({ source }) => source === "consumer"));
  return found.map((configuration) => {
    const floor = VERSION_FLOORS[configuration.source === "opentofu" ? "opentofu" : "terraform"];
    const declared = required.get(configuration.root) ?? [];
    // What synth emits for a consumer requires a version that knows the lock.
    const verdict = configuration.source === "consumer" ? "met" : floorVerdict(declared, floor);
    const versions = { required: declared, floor, verdict };
    const maker = configuration.source === "cdktf" ? consumers(configuration) : [];
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

function byPath(left: Problem, right: Problem): number {
  return left.path < right.path ? -1 : left.path > right.path ? 1 : 0;
}
