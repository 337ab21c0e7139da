import { CONFIG_FILES } from "../../config/config-files";
import { isFoundFile, type FoundFile, type ProjectFiles, type Wanted } from "../../files/project-files";
import { SyntaxProblem, unlessTooDeep } from "../../hcl/syntax";
import { INVENTORY_FILE } from "../../inventory/inventory-file";
import type { Problem } from "../../problem/problem";
import { hasOwnArguments, hasSomeArguments } from "./source/known-arguments";
import { flagsIn } from "./outside/command-flags";
import { consumerConfigurations } from "./consumer/config-consumers";
import type { Configuration } from "./configuration/configuration";
import { IGNORE_FILE } from "./git-rules";
import { fileKind, isSkippedFolder, namedPartial } from "./source/file-kind";
import { inCommand } from "./outside/hand-problems";
import type { HandPlace } from "./outside/outside-hcl";
import { parseSource } from "./source/parse-source";
import type { Parsers } from "./source/parsers";
import { ENGINE_FILES } from "./version/root-engines";
import { unreadableFile } from "./source/unreadable-file";
import { baseName, type SourceFile } from "./source/site";
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
