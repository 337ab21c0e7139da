import type { FoundFile } from "../../../files/project-files";
import { SyntaxProblem, unlessTooDeep, type HclParser } from "../../../hcl/syntax";
import type { Problem } from "../../../problem/problem";
import { configurationOf, placeText, type Configuration } from "../configuration/configuration";
import type { FileKind } from "../source/file-kind";
import { template as templateHint } from "./hand-problems";
import { parseSource } from "../source/parse-source";
import { isToBeFilled } from "./placeholder";
import { DYNAMODB_TABLE, isValue, TABLE_ARGUMENTS, USE_LOCKFILE } from "../configuration/phase";
import { argument, baseName, type Site, type SourceFile } from "../source/site";
import { hasMark, unmarked, type Unmarked } from "./template-marks";

/** A backend in a file from which others are made: nobody runs it, so a step changes it beside the roots. */
export interface Template {
  /** The text of its file has no template marks. */
  readonly configuration: Configuration;
  readonly marks: Unmarked["marks"];
  /** The file as it is. */
  readonly file: FoundFile & { readonly text: string };
}

/** Returns the backends of a template as its file has them; empty if no parser reads it once its marks are replaced. */
export function templatesIn(positions: HclParser, found: FoundFile, text: string): Template[] {
  const code = unmarked(text);
  if (code === undefined) return [];
  for (const kind of kindsOf(baseName(found.path))) {
    const finding = unlessTooDeep(() => parseSource(positions, kind, code.text));
    if (finding instanceof SyntaxProblem) continue;
    const sites = finding.sites.filter(isBackend);
    if (sites.length === 0) continue;
    const file: SourceFile = { path: found.path, realPath: found.realPath, kind, text: code.text, ...finding };
    return sites.map((site) => ({
      configuration: configurationOf(SOURCES[site.role], [{ file, site }]),
      marks: code.marks,
      file: { path: found.path, realPath: found.realPath, text },
    }));
  }
  return [];
}

/** Returns the template that a configuration with values to be filled in makes; undefined if it has more than one file. */
export function templateOf(configuration: Configuration): Template | undefined {
  const { places, values } = configuration;
  const [only, ...more] = places;
  if (only === undefined || more.length > 0 || values !== undefined) return undefined;
  const { path, realPath, text, generatedBy } = only.file;
  const isOwn = isBackend(only.site) && generatedBy === undefined && only.file.sites.includes(only.site);
  return isOwn ? { configuration, marks: [], file: { path, realPath, text } } : undefined;
}

const SOURCES = { backend: "terraform", partial: "partial", reader: "reader", terragrunt: "terragrunt" } as const;

function isBackend({ role, type, arguments: given }: Site): boolean {
  return given !== undefined && role !== "reader" && (type === "s3" || role === "partial");
}

const ROOT = { role: "root", tool: "terraform" } as const;

/** Returns how the file may be read once its marks are filled in, by its name without what makes it a template. */
function kindsOf(name: string): FileKind[] {
  if (/\.(?:tf|tofu)\.json\b/.test(name)) return [{ ...ROOT, syntax: "json" }];
  if (/\.tfbackend\b/.test(name)) return [{ role: "partial", syntax: "hcl", tool: "terraform" }];
  const hcl: FileKind[] = [
    { ...ROOT, syntax: "hcl" },
    { role: "terragrunt", syntax: "hcl", tool: "terraform" },
  ];
  return /\.json\b/.test(name) ? [] : hcl;
}

/** Returns the hint about a template; nothing about one that has no table any more. */
export function templateHints(template: Template): Problem[] {
  const { configuration } = template;
  const isFinished = configuration.phase === "lockfile" && isSafe(template) && tableArguments(configuration) === 0;
  return isFinished ? [] : [templateHint(placeText(configuration), isSafe(template))];
}

function tableArguments({ places }: Configuration): number {
  return places.flatMap(({ site }) => TABLE_ARGUMENTS.filter((name) => argument(site, name) !== undefined)).length;
}

/** True if a step may change the template: what says how it locks is literal, and no line of it is there on condition. */
export function isSafe({ configuration: { places, table } }: Template): boolean {
  const [place] = places;
  if (place === undefined) return false;
  const { file, site } = place;
  const hasLine = file.text
    .slice(site.start, site.end)
    .split("\n")
    .some((line) => /^\s*#/.test(line) && hasMark(line));
  const isLiteral = [...TABLE_ARGUMENTS, USE_LOCKFILE].every((name) => {
    const value = argument(site, name)?.value;
    return value === undefined || (value.kind === "literal" && !hasMark(file.text.slice(value.start, value.end)));
  });
  return !hasLine && isLiteral && (table === undefined || (isValue(table) && !isToBeFilled(DYNAMODB_TABLE, table)));
}
