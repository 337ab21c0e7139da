import { isFoundFile, type FoundFile, type ProjectFiles } from "../../files/project-files";
import { SyntaxProblem, unlessTooDeep } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import { fileKind, type FileKind } from "./source/file-kind";
import { generatorOf } from "./source/generated-file";
import { template } from "./outside/hand-problems";
import { outsideFindings, type OutsideFindings } from "./outside/outside-hcl";
import { parseSource } from "./source/parse-source";
import type { Parsers } from "./source/parsers";
import { isCopy, isProgram, isTemplateName } from "./source/outside-names";
import { unreadableFile } from "./source/unreadable-file";
import { templateHints, templatesIn } from "./outside/template-file";
import { withoutMarks } from "./outside/template-marks";
import { baseName, type SourceFile } from "./source/site";

/** What a file turned out to be. */
type Read = SourceFile | OutsideFindings | Problem;

/** Reads a file. Returns a promise only if it has to wait: a fleet has thousands of files. */
export function readSource(files: ProjectFiles, parsers: Parsers, found: FoundFile | Problem): Read | Promise<Read> {
  if (!isFoundFile(found)) return brokenLink(found);
  const kind = fileKind(baseName(found.path));
  const text = (isElse(kind) ? files.readAny : undefined)?.(found) ?? files.read(found);
  return text instanceof Promise
    ? text.then((read) => sourceOf(parsers, found, kind, read))
    : sourceOf(parsers, found, kind, text);
}

/** True for a file that only its text shows to be about backends. */
function isElse(kind: FileKind | undefined): boolean {
  return kind?.role === "outside" || kind?.role === "other";
}

/** Returns a problem of the search as a hint, if it is about a link of a name that says nothing; nothing about one that leads nowhere. */
function brokenLink(problem: Problem): Problem | OutsideFindings {
  if (problem.code !== "unreadable-file" || fileKind(baseName(problem.path))?.role !== "other") return problem;
  return { byHand: [], hints: problem.message.includes("leads nowhere") ? [] : [problem], partials: [] };
}

function sourceOf(
  parsers: Parsers,
  found: FoundFile,
  named: FileKind | undefined,
  text: string | Problem,
): Read | Promise<Read> {
  const isJson = named?.role === "unsure" && typeof text === "string" && text.trimStart().startsWith("{");
  const kind: FileKind | undefined = named && isJson ? { ...named, syntax: "json" } : named;
  if (kind === undefined || typeof text !== "string") {
    // Most of these have nothing to do with Terraform, so they are only a hint.
    return isElse(kind) || kind?.role === "unsure"
      ? { byHand: [], hints: [text as Problem], partials: [] }
      : (text as Problem);
  }
  if (isElse(kind)) {
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
