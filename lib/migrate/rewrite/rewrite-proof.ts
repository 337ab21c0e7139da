import { isDeepStrictEqual } from "node:util";
import { SyntaxProblem } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import type { Change } from "./changes";
import { parseSource } from "../scan/parse-source";
import { argumentObjects } from "../scan/plain-arguments";
import type { Parsers } from "../scan/parsers";
import { argument, type Site, type SourceFile } from "../scan/site";

/**
 * Proof that a rewrite did what was asked for and nothing else, from two parsers that share no code. The one without
 * positions reads both texts: with the changes made to what it read before, it must have read what it reads now. The one
 * with positions compares the texts token by token, comments included, outside the arguments that were to change.
 */
export async function proofProblem(
  parsers: Parsers,
  file: SourceFile,
  after: string,
  changes: ReadonlyMap<Site, readonly Change[]>,
): Promise<Problem | undefined> {
  const [expected, meant] = [await meaning(parsers, file, file.text), await meaning(parsers, file, after)];
  if (expected instanceof SyntaxProblem) return refused(file, expected);
  for (const [site, siteChanges] of changes) {
    const target = argumentObjects(expected, site)[ordinalOf(file, site)];
    if (target === undefined) return unproven(file, "the second parser does not find the backend");
    for (const change of siteChanges) makeChange(target, change);
  }
  if (meant instanceof SyntaxProblem) return unproven(file, `line ${String(meant.line)}: ${meant.message}`);
  if (!isDeepStrictEqual(expected, meant)) return unproven(file, "the second parser reads something else");
  const before = untouched(parsers, file, file.text, changes);
  if (before === undefined || before !== untouched(parsers, file, after, changes)) {
    return unproven(file, "something other than the arguments would change");
  }
  return undefined;
}

async function meaning(
  { confirm }: Parsers,
  { kind }: SourceFile,
  text: string,
): Promise<Record<string, unknown> | SyntaxProblem> {
  if (kind.syntax === "hcl") return confirm(text);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    return new SyntaxProblem(1, String(error));
  }
}

function makeChange(target: Record<string, unknown>, change: Change): void {
  const [outer = "", inner] = change.name.split(".");
  const holder = inner === undefined ? target : (target[outer] as Record<string, unknown>);
  const name = inner ?? outer;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the names are our own constants
  if (change.kind === "remove") delete holder[name];
  else holder[name] = change.value;
}

/** The tokens outside the changed arguments, and the comments inside them, as one text. */
function untouched(
  { positions }: Parsers,
  file: SourceFile,
  text: string,
  changes: ReadonlyMap<Site, readonly Change[]>,
): string | undefined {
  const finding = parseSource(positions, file.kind, text);
  const tokens = file.kind.syntax === "hcl" ? positions.tokens(text) : [];
  if (finding instanceof SyntaxProblem || tokens instanceof SyntaxProblem) return undefined;
  const spans = [...changes].flatMap(([site, siteChanges]) => {
    const found = finding.sites[file.sites.indexOf(site)];
    return siteChanges.flatMap(({ name }) => (found === undefined ? [] : (argument(found, name) ?? [])));
  });
  return tokens
    .filter(
      ({ type, start, end }) =>
        type === "comment" || (type !== "," && !spans.some((span) => start >= span.start && end <= span.end)),
    )
    .map(({ start, end }) => text.slice(start, end).trimEnd())
    .join("\n");
}

/** Which of the alike sites it is: the second parser keeps readers by name. */
function ordinalOf(file: SourceFile, site: Site): number {
  const alike = file.sites.filter(
    ({ role, type, label }) => role === site.role && type === site.type && label === site.label,
  );
  return alike.indexOf(site);
}

function refused(file: SourceFile, { line, message }: SyntaxProblem): Problem {
  return {
    code: "unreadable-file",
    path: `${file.path}:${String(line)}`,
    message: `must be what Terraform can read, got: ${message}`,
    fix: "Mend the file, `terraform validate` shows the place; it was left as it is.",
  };
}

function unproven(file: SourceFile, reason: string): Problem {
  return {
    code: "rewrite-unproven",
    path: file.path,
    message: `must change in its locking arguments only, and that could not be proven: ${reason}`,
    fix: "It was left as it is. Change it by hand, and please report the file's shape.",
  };
}
