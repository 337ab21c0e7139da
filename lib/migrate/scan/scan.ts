import type { Problem } from "../../problem/problem";
import { counted } from "../../text/counted";
import { globPattern } from "../../text/glob-pattern";
import { lowestVersions, type LowestVersion } from "./version/lowest-version";
import { ignoredFiles, markedByAttributes } from "./git-rules";
import { markedByAtmos } from "./source/generated-file";
import { hiddenBackends } from "./root/hidden-backends";
import { openTofuFolders } from "./version/root-engines";
import { saysItsLock, stepInApp, unsynthesized } from "./outside/cdktf-apps";
import { configsAmong, inventoryPath, outputFolder } from "./consumer/config-consumers";
import { configurationOf, placeText, type Configuration } from "./configuration/configuration";
import { fileKind, LOCK_FILE } from "./source/file-kind";
import { judged, type ScannedConfiguration } from "./judged-configurations";
import { template } from "./outside/hand-problems";
import type { HandPlace, OutsideFindings } from "./outside/outside-hcl";
import { outsideConfigurations } from "./outside/outside-clients";
import { outdatedBackends } from "./consumer/outdated-backends";
import { isDropped, isPlaceholder } from "./outside/placeholder";
import { readSource } from "./read-source";
import { clientsIn, extraArguments, isMeant, readConfig, readNamed, WANTED, backendsWrittenIn } from "./read-sources";
import { namedFile } from "./outside/command-flags";
import { emptyGlobs, unplacedFiles } from "./root/given-files";
import { strayProblems } from "./root/stray-problems";
import { INVENTORY_FILE } from "../../inventory/inventory-file";
import { isFoundFile, type FoundFile, type ProjectFiles } from "../../files/project-files";
import type { Parsers } from "./source/parsers";
import { partialPlaces, placesIn } from "./root/root-configurations";
import { readerRoles } from "./obstacle/reader-roles";
import { duplicateProblems } from "./configuration/same-state";
import { folderOf, baseName, type SourceFile } from "./source/site";
import { templateHints, templateOf, type Template } from "./outside/template-file";
import { terragruntHints } from "./terragrunt/terragrunt-hints";
import { terragruntUnits } from "./terragrunt/units";
import { unlockedPairs } from "./configuration/unlocked-pairs";
import { isPin } from "./version/version-pins";

export type { ScannedConfiguration };

/** Every S3 backend and every consumer below some directories. */
export interface Scan {
  /** How many files the scan looked at. */
  readonly files: number;
  readonly configurations: readonly ScannedConfiguration[];
  /** Files that the scan could not read, states that two roots share, and places that an operator changes by hand. */
  readonly problems: readonly Problem[];
  /** Places that configure a backend, and that Statelock does not change. Their problems are in `problems` too. @default - none */
  readonly byHand?: readonly HandPlace[];
  /** Backends in files from which others are made. @default - none */
  readonly templates?: readonly Template[];
  /** What an operator should know, and what blocks nothing. @default - nothing */
  readonly hints?: readonly Problem[];
  /** The lowest version of each engine that the roots allow. @default - no root declares one */
  readonly lowest?: readonly LowestVersion[];
}

/** Receives the progress of a scan. */
type ScanProgress = (done: { readonly files: number; readonly of: number; readonly withBackend: number }) => void;

/** How many files a scan reads between two reports of its progress. */
const BETWEEN_REPORTS = 32;

/**
 * Finds every S3 backend below the directories, and every consumer of a config there.
 * @param backendFiles globs of partial configurations that every root without a whole backend takes
 */
export async function scan(
  files: ProjectFiles,
  parsers: Parsers,
  directories: readonly string[],
  onProgress: ScanProgress = () => undefined,
  backendFiles: readonly string[] = [],
): Promise<Scan> {
  const everything = await files.find(directories, WANTED);
  const isLink = (each: FoundFile | Problem): boolean => !isFoundFile(each) && each.code === "link-outside";
  const [links, found] = [everything.filter(isLink), everything.filter((each) => !isLink(each))];
  const byPath = new Map(found.filter(isFoundFile).map((file) => [file.path, file]));
  const configs = configsAmong([...byPath.values()]);
  const outputs = configs.map(({ path }) => `${outputFolder(path)}/`);
  const others = found.filter((each) => !isFoundFile(each) || (isRead(each.path) && !isOwnOutput(each.path, outputs)));
  const count = others.length + configs.length;
  const problems: Problem[] = [];
  const sources: SourceFile[] = [];
  const withoutBackend: SourceFile[] = [];
  const byHand: HandPlace[] = [];
  const outside: OutsideFindings[] = [];
  for (const [looked, each] of others.entries()) {
    if (looked % BETWEEN_REPORTS === 0) onProgress({ files: looked, of: count, withBackend: sources.length });
    const source = readSource(files, parsers, each);
    const result = source instanceof Promise ? await source : source;
    if ("code" in result) problems.push(result);
    else if ("hints" in result) outside.push(result);
    else {
      if (result.kind.role !== "terragrunt") byHand.push(...backendsWrittenIn(result));
      if (result.sites.length > 0 || result.requiredVersions.length > 0 || (result.clouds ?? []).length > 0)
        sources.push(result);
      else withoutBackend.push(result);
    }
  }
  const consumers: Configuration[] = [];
  for (const config of configs) {
    const result = await readConfig(files, config, byPath.get(inventoryPath(config.path)));
    if ("code" in result) problems.push(result);
    else consumers.push(...result);
  }
  onProgress({ files: count, of: count, withBackend: sources.length });
  const named = outside.flatMap(({ partials }) => partials).flatMap((written) => namedFile(written) ?? []);
  const globs = backendFiles.map(globPattern);
  const known = new Set(sources.filter(({ sites }) => sites.length > 0).map(({ path }) => path));
  for (const each of await readNamed(files, parsers, directories, { named, given: globs, known }))
    if ("code" in each) problems.push(each);
    else sources.push(each);
  problems.push(...emptyGlobs(backendFiles, sources));
  sources.sort((left, right) => compare(left.path, right.path));
  const written = withoutCopies(sources, configs).filter((source) => isMeant(source, [...named, ...globs]));
  const marked = await markedByAtmos(files, [...byPath.values()], written);
  const read = await markedByAttributes(files, [...byPath.values()], marked);
  byHand.push(...outside.flatMap((each) => each.byHand));
  const units = terragruntUnits([...read, ...withoutBackend], parsers.positions);
  for (const source of [...read, ...withoutBackend])
    if (source.kind.role === "terragrunt")
      byHand.push(...(units.read.has(source.path) ? extraArguments(source) : backendsWrittenIn(source)));
  const lockFiles = new Map<string, string>();
  const pins = new Map<string, string>();
  const folders = new Set(read.map(({ path }) => folderOf(path)));
  for (const file of byPath.values()) {
    const isLockFile = baseName(file.path) === LOCK_FILE && folders.has(folderOf(file.path));
    if (!isLockFile && !isPin(file.path)) continue;
    const text = await files.read(file);
    if (typeof text === "string") (isLockFile ? lockFiles : pins).set(file.path, text);
  }
  const ofOpenTofu = openTofuFolders([...byPath.values()], [...sources, ...withoutBackend], lockFiles, pins);
  const clients = [
    ...outside.flatMap((each) => each.clients ?? []),
    ...[...read, ...withoutBackend].flatMap(clientsIn),
  ];
  const roles = readerRoles(read, ofOpenTofu);
  const hidden = hiddenBackends([...read, ...withoutBackend]);
  const isIgnored = await ignoredFiles(files, directories, [...byPath.values()], read);
  const all = judged(read, consumers, units, {
    isIgnored,
    ofOpenTofu,
    hidden: new Set(hidden.keys()),
    takers: { files: globs, commands: clients },
  });
  const made = outside.flatMap((each) => each.made ?? []);
  const apps = new Set([...byPath.keys()].filter((path) => baseName(path) === "cdktf.json").map(folderOf));
  const scanned = all
    .filter((configuration) => !isPlaceholder(configuration))
    .map((each) => (isForeignStack(each) ? { ...each, next: stepInApp(each, made, each.next, apps) } : each));
  const literal = new Set(byHand.map(({ problem }) => problem.path.replace(/:\d+$/, "")));
  problems.push(
    ...unsynthesized(
      made.filter((each) => !literal.has(each.path) && !saysItsLock(each)),
      scanned,
      apps,
    ),
  );
  problems.push(...unplacedFiles(scanned, globs));
  const outdated = outdatedBackends(scanned);
  const given = outsideConfigurations(clients, scanned, partialPlaces(read));
  const dropped = placesIn(read).filter(isDropped);
  const toBeFilled = [...all.filter(isPlaceholder), ...dropped.map((place) => configurationOf("partial", [place]))];
  const templates = toBeFilled.map((each) => templateOf(each) ?? placeText(each));
  return {
    files: count,
    configurations: scanned,
    problems: [
      ...problems.sort(byPlace),
      ...duplicateProblems(scanned),
      ...unlockedPairs(scanned, given),
      ...outdated.problems,
      ...byHand.map(({ problem }) => problem).sort(byPlace),
      ...strayProblems(read, scanned, isIgnored),
      ...[...hidden.values()].flat(),
      ...roles.problems,
    ],
    byHand,
    templates: [
      ...outside.flatMap((each) => each.templates ?? []),
      ...templates.filter((each): each is Template => typeof each !== "string"),
    ],
    lowest: lowestVersions(
      scanned.filter(({ source }) => source !== "consumer" && source !== "reader"),
      read,
      pins,
    ),
    hints: [
      ...linksOutside(links),
      ...templates.flatMap((each) => (typeof each === "string" ? [template(each)] : templateHints(each))),
      ...terragruntHints(scanned),
      ...outdated.hints,
      ...roles.hints,
      ...outside.flatMap(({ hints }) => hints),
    ].sort(byPlace),
  };
}

function isRead(path: string): boolean {
  return fileKind(baseName(path)) !== undefined;
}

/** True for what synth and the steps write besides stacks and backends: it names the table of the config. */
function isOwnOutput(path: string, outputs: readonly string[]): boolean {
  const name = baseName(path);
  if (OWN_FILES.test(name) || name === INVENTORY_FILE) return true;
  const mayBe = UNFINISHED.test(name) || outputs.some((output) => path.startsWith(output));
  return mayBe && fileKind(name)?.role === "other";
}

/** Records and left-overs of Statelock, and its config in JSON. */
const OWN_FILES = /^\.statelock-|^(?:statelock\.migration|bootstrap\.state|state\.config)\.json$/;

/** What a killed run leaves beside a file that it was about to write. */
const UNFINISHED = /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:\.tmp)?$/;

/** True for a stack of an app that has no consumer of a config on its state. */
function isForeignStack({ source, synthesizedFrom, obstacles }: ScannedConfiguration): boolean {
  return source === "cdktf" && synthesizedFrom === undefined && obstacles.length === 0;
}

/** Returns one hint for all links that lead out of the scanned folders. */
function linksOutside(links: readonly (FoundFile | Problem)[]): Problem[] {
  const [first, ...more] = links.filter((each): each is Problem => !isFoundFile(each));
  if (first === undefined) return [];
  const others = more.map(({ path }) => path).join(", ");
  const message =
    more.length === 0
      ? first.message
      : `${first.message}; the same for ${counted(more.length, "more link")}: ${others}`;
  return [{ ...first, message }];
}

function byPlace(left: Problem, right: Problem): number {
  return compare(left.path, right.path);
}

/** Leaves out the backend files that synth writes to be copied: a scan looks at the copies. */
function withoutCopies(sources: readonly SourceFile[], configs: readonly FoundFile[]): SourceFile[] {
  const outputs = configs.map(({ path }) => `${outputFolder(path)}/backends/`);
  return sources.filter(({ path }) => !outputs.some((output) => path.startsWith(output)));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
