import { SyntaxProblem, type Span } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import { parseSource } from "../scan/source/parse-source";
import type { Parsers } from "../scan/source/parsers";
import { argument, type Site, type SourceFile } from "../scan/source/site";
import { changedNames, type Change } from "./changes";
import { unproven } from "./rewrite-proof";
import { applyEdits } from "./text-edit";

type Changes = ReadonlyMap<Site, readonly Change[]>;

/** Returns the new text of a file, or problems. */
type Rewrite = (parsers: Parsers, file: SourceFile, changes: Changes) => Promise<string | readonly Problem[]>;

/** A file that only a heredoc holds is one of Terraform. */
const WRITTEN_KIND: SourceFile["kind"] = { role: "root", syntax: "hcl", tool: "terraform" };

/**
 * Rewrites backends in heredocs. The lines of a heredoc are rewritten and proven as a file of their own, and everything
 * around them stays byte for byte. Afterwards the whole file is read again: it must hold the same backends, and each
 * changed one must have its new arguments.
 */
export async function rewriteHeredocs(
  parsers: Parsers,
  file: SourceFile,
  changes: Changes,
  rewrite: Rewrite,
): Promise<string | readonly Problem[]> {
  const outside = new Map([...changes].filter(([{ heredoc }]) => heredoc === undefined));
  const edits: (Span & { readonly text: string })[] = [];
  const spans = new Map(
    [...changes.keys()].flatMap(({ heredoc }) => (heredoc === undefined ? [] : [[heredoc.start, heredoc]])),
  );
  for (const span of spans.values()) {
    const text = await rewriteHeredoc(parsers, file, span, changes, rewrite);
    if (typeof text !== "string") return text;
    edits.push({ ...span, text });
  }
  const after = applyEdits(file.text, edits);
  const read = parseSource(parsers.positions, file.kind, after);
  if (read instanceof SyntaxProblem) return [unproven(file, `line ${String(read.line)}: ${read.message}`)];
  const isProven = file.sites.every((site, ordinal) => isAsChanged(file, site, after, read.sites[ordinal], changes));
  if (read.sites.length !== file.sites.length || !isProven)
    return [unproven(file, "the file does not hold the same backends afterwards")];
  if (outside.size === 0) return after;
  const next = { ...file, text: after, sites: read.sites };
  const left = new Map([...outside].map(([site, made]) => [read.sites[file.sites.indexOf(site)] ?? site, made]));
  return rewrite(parsers, next, left);
}

async function rewriteHeredoc(
  parsers: Parsers,
  file: SourceFile,
  span: Span,
  changes: Changes,
  rewrite: Rewrite,
): Promise<string | readonly Problem[]> {
  const text = file.text.slice(span.start, span.end);
  const read = parseSource(parsers.positions, WRITTEN_KIND, text);
  if (read instanceof SyntaxProblem) return [unproven(file, `the heredoc ${read.message}`)];
  const inner: SourceFile = { ...file, kind: WRITTEN_KIND, text, sites: read.sites };
  const backends = read.sites.filter(({ role, type }) => role === "backend" && type === "s3");
  const held = file.sites.filter(({ heredoc }) => heredoc?.start === span.start);
  const own = new Map(
    held.flatMap((site, index) => {
      const [backend, made] = [backends[index], changes.get(site)];
      return backend === undefined || made === undefined ? [] : [[backend, made] as const];
    }),
  );
  return backends.length === held.length
    ? rewrite(parsers, inner, own)
    : [unproven(file, "the heredoc does not hold the same backends as the file")];
}

/** True if a site has the arguments that its changes give it, with the same values as before elsewhere. */
function isAsChanged(file: SourceFile, before: Site, text: string, after: Site | undefined, changes: Changes): boolean {
  if (after === undefined) return false;
  const made = before.heredoc === undefined ? [] : (changes.get(before) ?? []);
  const touched = new Set(made.flatMap(changedNames).map((name) => name.split(".")[0]));
  const isTouched = (name: string): boolean => touched.has(name);
  const kept = (site: Site, whole: string): string[] =>
    (site.arguments ?? [])
      .filter(({ name }) => !isTouched(name))
      .map(({ name, value }) => `${name}=${whole.slice(value.start, value.end)}`);
  const has = (name: string): boolean => argument(after, name) !== undefined;
  const arrived = made.every((change) =>
    change.kind === "nest" ? has(change.into) && !has(change.name) : has(change.name) === (change.kind !== "remove"),
  );
  return arrived && kept(before, file.text).join("\n") === kept(after, text).join("\n");
}
