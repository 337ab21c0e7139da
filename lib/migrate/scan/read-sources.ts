import { CONFIG_FILES } from "../../config/config-files";
import { gitIgnored, type IgnoreRules } from "../../files/git-ignored";
import { isFoundFile, type FoundFile, type ProjectFiles, type Wanted } from "../../files/project-files";
import { SyntaxProblem, unlessTooDeep } from "../../hcl/syntax";
import { INVENTORY_FILE } from "../../inventory/inventory-file";
import type { Problem } from "../../problem/problem";
import { hasOwnArguments, hasSomeArguments } from "./source/known-arguments";
import { flagsIn } from "./outside/command-flags";
import { consumerConfigurations } from "./consumer/config-consumers";
import type { Configuration } from "./configuration/configuration";
import { fileKind, isOverride, isSkippedFolder, namedPartial, type FileKind } from "./source/file-kind";
import { generatorOf } from "./source/generated-file";
import { inCommand, template } from "./outside/hand-problems";
import { outsideFindings, type HandPlace, type OutsideFindings } from "./outside/outside-hcl";
import { parseSource } from "./source/parse-source";
import type { Parsers } from "./source/parsers";
import { ENGINE_FILES } from "./version/root-engines";
import { isCopy, isProgram, isTemplateName } from "./source/outside-names";
import { unreadableFile } from "./source/unreadable-file";
import { templateHints, templatesIn } from "./outside/template-file";
import { withoutMarks } from "./outside/template-marks";
import { baseName, folderOf, type SourceFile } from "./source/site";
import type { OutsideClient } from "./outside/outside-clients";
import { writtenBackends, writtenClients } from "./outside/written-backends";

/** False for variables that only look like a partial configuration: no command names the file, and neither does its name. */
export function isMeant({ path, kind }: SourceFile, named: readonly RegExp[]): boolean {
  const name = baseName(path);
  const isVariables = kind.role === "partial" && name.endsWith(".tfvars") && !name.includes("backend");
  return !isVariables || named.some((pattern) => pattern.test(path));
}

/**
 * Reads the files that commands or an operator name as partial configurations, and that were not read as such.
 * @param given files that the operator names: each has to be a partial configuration
 */
export async function readNamed(
  files: ProjectFiles,
  { positions }: Parsers,
  directories: readonly string[],
  { named, given, known }: { readonly named: readonly RegExp[]; given: readonly RegExp[]; known: ReadonlySet<string> },
): Promise<(SourceFile | Problem)[]> {
  const all = [...named, ...given];
  if (all.length === 0) return [];
  const isOther = (name: string): boolean => (fileKind(name)?.role ?? "outside") !== "root";
  const found = await files.find(directories, { file: isOther, folder: WANTED.folder });
  const meant = found
    .filter(isFoundFile)
    .filter(({ path }) => !known.has(path) && all.some((pattern) => pattern.test(path)));
  const read = meant.map(async (file): Promise<(SourceFile | Problem)[]> => {
    const isGiven = given.some((pattern) => pattern.test(file.path));
    const text = await files.read(file);
    if (typeof text !== "string") return isGiven ? [text] : [];
    const kind = namedPartial(baseName(file.path));
    const finding = unlessTooDeep(() => parseSource(positions, kind, text));
    if (finding instanceof SyntaxProblem) return isGiven ? [unreadableFile(file, finding)] : [];
    if (!finding.sites.some(isGiven ? hasSomeArguments : hasOwnArguments))
      return isGiven ? [noBackendFile(file.path)] : [];
    return [{ ...file, kind, text, ...finding }];
  });
  return (await Promise.all(read)).flat();
}

function noBackendFile(path: string): Problem {
  return {
    code: "backend-files",
    path,
    message: "must hold arguments of an S3 backend, because --backend-files names it, got none",
    fix: "Name only partial configurations with --backend-files.",
  };
}

/** Returns the backends that a file writes elsewhere. A file that only HashiCorp's parser reads may hold more. */
export function backendsWrittenIn(source: SourceFile): HandPlace[] {
  const { path, text, sites } = source;
  return mayWrite(source) ? writtenBackends(path, text, sites) : [];
}

/** Returns what a file that Terraform or Terragrunt reads gives clients by commands and by what it writes elsewhere. */
export function clientsIn(source: SourceFile): OutsideClient[] {
  return mayWrite(source) || source.text.includes("-backend-config") ? writtenClients(source.path, source.text) : [];
}

function mayWrite({ path, text, kind, sites }: SourceFile): boolean {
  const mayHold =
    kind.role === "root" || ((kind.role === "terragrunt" || kind.role === "unsure") && sites.length === 0);
  if (!mayHold || !/backend\s+\\?"s3|remote_state|dynamodb_table|-backend-config/.test(text)) return false;
  return kind.role !== "unsure" || path.endsWith(".tfvars") || /\bterragrunt\b/.test(text);
}

/** Returns the arguments that a file of Terragrunt hands to a command. Its units show what else it means. */
export function extraArguments({ path, text }: SourceFile): HandPlace[] {
  if (!text.includes("-backend-config")) return [];
  return text.split("\n").flatMap((line, index) => {
    const { table } = /^\s*(?:#|\/\/)/.test(line) ? { table: undefined } : flagsIn(line);
    const place = `${path}:${String(index + 1)}`;
    return table === undefined ? [] : [{ problem: inCommand(place), root: undefined, table }];
  });
}

const IGNORE_FILE = ".gitignore";

/** Returns a function: true where git ignores a file. It reads git's rules only if an override has a backend. */
export async function ignoredFiles(
  files: ProjectFiles,
  directories: readonly string[],
  found: readonly FoundFile[],
  sources: readonly SourceFile[],
): Promise<(file: FoundFile) => boolean> {
  const overrides = sources.filter(
    ({ path, sites }) => isOverride(baseName(path)) && sites.some(({ role }) => role === "backend"),
  );
  if (overrides.length === 0) return () => false;
  const rules: IgnoreRules[] = [];
  for (const file of found.filter(({ path }) => baseName(path) === IGNORE_FILE)) {
    const text = await files.read(file);
    if (typeof text === "string") rules.push({ folder: folderOf(file.realPath), text });
  }
  // A repository below the scanned folders has rules of its own.
  const folders = new Set([...directories, ...overrides.map(({ path }) => folderOf(path))]);
  const isIgnored = gitIgnored([...rules, ...(files.rulesAbove?.([...folders]) ?? [])]);
  return ({ realPath }) => isIgnored(realPath);
}

export const WANTED: Wanted = {
  file: (name) =>
    fileKind(name) !== undefined ||
    CONFIG_FILES.includes(name) ||
    name === INVENTORY_FILE ||
    name === IGNORE_FILE ||
    ENGINE_FILES.includes(name),
  folder: (name) => !isSkippedFolder(name),
};

export async function readConfig(
  files: ProjectFiles,
  config: FoundFile,
  inventory: FoundFile | undefined,
): Promise<readonly Configuration[] | Problem> {
  const text = await files.read(config);
  const inventoryText = inventory && (await files.read(inventory));
  if (typeof text !== "string") return text;
  return typeof inventoryText === "object" ? inventoryText : consumerConfigurations(config, text, inventoryText);
}

/** What a file turned out to be. */
type Read = SourceFile | OutsideFindings | Problem;

/** Reads a file. Returns a promise only if it has to wait: a fleet has thousands of files. */
export function readSource(files: ProjectFiles, parsers: Parsers, found: FoundFile | Problem): Read | Promise<Read> {
  if (!isFoundFile(found)) return brokenLink(found);
  const role = fileKind(baseName(found.path))?.role;
  const isOutside = role === "outside" || role === "other";
  const text = (isOutside ? files.readAny : undefined)?.(found) ?? files.read(found);
  return text instanceof Promise ? text.then((read) => sourceOf(parsers, found, read)) : sourceOf(parsers, found, text);
}

/** Returns a problem of the search as a hint, if it is about a link of a name that says nothing; nothing about one that leads nowhere. */
function brokenLink(problem: Problem): Problem | OutsideFindings {
  if (problem.code !== "unreadable-file" || fileKind(baseName(problem.path))?.role !== "other") return problem;
  return { byHand: [], hints: problem.message.includes("leads nowhere") ? [] : [problem], partials: [] };
}

function sourceOf(parsers: Parsers, found: FoundFile, text: string | Problem): Read | Promise<Read> {
  const named = fileKind(baseName(found.path));
  const isJson = named?.role === "unsure" && typeof text === "string" && text.trimStart().startsWith("{");
  const kind: FileKind | undefined = named && isJson ? { ...named, syntax: "json" } : named;
  if (kind === undefined || typeof text !== "string") {
    // Most of these have nothing to do with Terraform, so they are only a hint.
    const isOther = kind?.role === "outside" || kind?.role === "unsure" || kind?.role === "other";
    return isOther ? { byHand: [], hints: [text as Problem], partials: [] } : (text as Problem);
  }
  if (kind.role === "outside" || kind.role === "other") {
    const partial = partialIn(parsers, found, text);
    if (partial !== undefined) return partial;
    const findings = outsideFindings(found.path, text);
    const isTemplate = isTemplateName(baseName(found.path)) && findings.hints.length > 0;
    return isTemplate ? withTemplates(parsers, found, text, findings.hints) : findings;
  }
  const isDoubtful = kind.role === "unsure" || kind.role === "terragrunt";
  const nothing = (): SourceFile | OutsideFindings =>
    kind.role === "unsure" && /-backend-config|TF_CLI_ARGS/.test(text)
      ? outsideFindings(found.path, text)
      : { ...found, kind, text, sites: [], requiredVersions: [] };
  if (isDoubtful && !MAY_BE_BACKEND.test(text)) return nothing();
  const finding = unlessTooDeep(() => parseSource(parsers.positions, kind, text));
  if (!(finding instanceof SyntaxProblem)) {
    if (kind.role === "unsure" && finding.sites.length === 0) return nothing();
    const isPart = finding.sites.some(({ role }) => role === "partial");
    const { path, realPath } = found;
    const source = { path, realPath, kind: isPart ? { ...kind, role: "partial" as const } : kind, text, ...finding };
    const generatedBy = generatorOf(path, text);
    return generatedBy === undefined ? source : { ...source, generatedBy };
  }
  const filled = templateFindings(parsers, found, kind, text);
  if (filled !== undefined) return filled;
  if (kind.role === "unsure" && (!LOCKS.test(text) || /\bterragrunt\b/.test(text))) return nothing();
  if (kind.syntax !== "hcl") return unreadableFile(found, finding);
  const rejected = "the parser that finds positions rejects it, and HashiCorp's parser accepts it";
  return parsers.confirm(text).then((confirmed) => {
    if (confirmed instanceof SyntaxProblem) return unreadableFile(found, confirmed);
    return mentionsBackend(confirmed, kind) ? unreadableFile(found, finding, rejected) : nothing();
  });
}

/** Returns a file that is a partial configuration by its text, whatever its name; undefined if it is anything else. */
function partialIn({ positions }: Parsers, found: FoundFile, text: string): SourceFile | undefined {
  const isJson = text.trimStart().startsWith("{");
  const mayBe = isJson ? JSON_LOCKS.test(text) : LOCKS.test(text);
  const name = baseName(found.path);
  if (!mayBe || isTemplateName(name) || isCopy(name)) return undefined;
  if (isProgram(name) && !name.endsWith(".toml")) return undefined;
  const kind: FileKind = { role: "unsure", syntax: isJson ? "json" : "hcl", tool: "terraform" };
  const finding = unlessTooDeep(() => parseSource(positions, kind, text));
  // A script or a config of a program may have a table of its own.
  const least = fileKind(name)?.role === "outside" ? 2 : 1;
  const isPartial =
    !(finding instanceof SyntaxProblem) && finding.sites.some((site) => (site.arguments ?? []).length >= least);
  return isPartial ? { ...found, kind: { ...kind, role: "partial" }, text, ...finding } : undefined;
}

/** Returns the backends of a text that only a template language makes readable; undefined if it is broken in another way. */
function templateFindings(
  parsers: Parsers,
  found: FoundFile,
  kind: FileKind,
  text: string,
): OutsideFindings | undefined {
  const code = withoutMarks(text, kind.syntax);
  const finding = code === undefined ? undefined : unlessTooDeep(() => parseSource(parsers.positions, kind, code));
  if (finding === undefined || finding instanceof SyntaxProblem) return undefined;
  const hints = finding.sites.map(({ line }) => template(`${found.path}:${String(line)}`));
  return withTemplates(parsers, found, text, hints);
}

/** @param hints for a template that no parser reads */
function withTemplates(
  { positions }: Parsers,
  found: FoundFile,
  text: string,
  hints: readonly Problem[],
): OutsideFindings {
  const templates = templatesIn(positions, found, text);
  const told = templates.length === 0 ? hints : templates.flatMap(templateHints);
  return { byHand: [], hints: told, partials: [], templates };
}

/** An argument that decides how a backend locks, at the start of a line. */
const LOCKS = /^[^\S\n]*"?(?:dynamodb_table|lock_table|use_lockfile)"?\s*[=:]/m;

const JSON_LOCKS = /"(?:dynamodb_table|lock_table|use_lockfile)"\s*:/;

/** What a file with a backend contains, if its name does not say that it has one. */
const MAY_BE_BACKEND =
  /remote_state|\bgenerate|dynamodb_table|use_lockfile|lock_table|\bbackend\b|\bbucket\b|terraform_version_constraint/;

/** True if a file that only HashiCorp's parser accepts may hold a backend. */
function mentionsBackend(root: Readonly<Record<string, unknown>>, { role }: FileKind): boolean {
  return (
    role !== "root" ||
    root["terraform"] !== undefined ||
    JSON.stringify([root["data"], root["check"]]).includes("terraform_remote_state")
  );
}
