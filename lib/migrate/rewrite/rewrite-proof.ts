import { isDeepStrictEqual } from "node:util";
import { SyntaxProblem, type Span } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import { changedNames, type Change } from "./changes";
import { unitOf } from "../scan/obstacle/flat-role";
import { parseSource } from "../scan/source/parse-source";
import { argumentObjects } from "./plain-arguments";
import type { Parsers } from "../scan/source/parsers";
import { unreadableFile } from "../scan/source/unreadable-file";
import { argument, type Site, type SourceFile } from "../scan/source/site";

/**
 * Returns a problem unless two independent parsers prove that a rewrite made the wanted changes and nothing else.
 *
 * - HashiCorp's parser reads both texts. With the changes applied, the first result must equal the second.
 * - The parser with positions compares all tokens and comments outside the changed arguments.
 */
export async function proofProblem(
  parsers: Parsers,
  file: SourceFile,
  after: string,
  changes: ReadonlyMap<Site, readonly Change[]>,
): Promise<Problem | undefined> {
  const expected = await meaning(parsers, file, file.text);
  if (expected instanceof SyntaxProblem) return unreadableFile(file, expected);
  const meant = await meaning(parsers, file, after);
  for (const [site, siteChanges] of changes) {
    const target = argumentObjects(expected, site)[ordinalOf(file, site)];
    if (target === undefined) return unproven(file, "HashiCorp's parser does not find the backend");
    for (const change of siteChanges) makeChange(target, change);
  }
  if (meant instanceof SyntaxProblem) return unproven(file, `line ${String(meant.line)}: ${meant.message}`);
  if (!isDeepStrictEqual(expected, meant)) return unproven(file, "HashiCorp's parser reads another change");
  const before = untouched(parsers, file, file.text, changes);
  if (before === undefined || before !== untouched(parsers, file, after, changes)) {
    return unproven(file, "text outside the arguments would change");
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
  if (change.kind === "assign") {
    const bodies = target[change.name];
    target[change.name] = Array.isArray(bodies) && bodies.length === 1 ? (bodies as unknown[])[0] : undefined;
    return;
  }
  if (change.kind === "nest")
    target[change.into] = Object.fromEntries(
      change.entries.map(({ from, to }) => [to, valueInside(from, target[from])]),
    );
  const [outer = "", inner] = change.name.split(".");
  const holder = inner === undefined ? target : (target[outer] as Record<string, unknown>);
  const name = inner ?? outer;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the names are our own constants
  if (change.kind === "remove" || change.kind === "nest") delete holder[name];
  else holder[name] = change.value;
}

/** Returns a value as `assume_role` takes it: seconds become a duration. */
function valueInside(name: string, value: unknown): unknown {
  const unit = unitOf(name);
  return unit === undefined ? value : String(value) + unit;
}

/** Returns the tokens outside the changed arguments, and all comments, as one text. */
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
    return siteChanges.flatMap(changedNames).flatMap((name): readonly Span[] => {
      const given = found === undefined ? undefined : argument(found, name);
      return given === undefined ? (found?.blocks ?? []).filter(({ type }) => type === name) : [given];
    });
  });
  return tokens
    .filter(
      ({ type, start, end }) =>
        type === "comment" || (type !== "," && !spans.some((span) => start >= span.start && end <= span.end)),
    )
    .map(({ start, end }) => text.slice(start, end).trimEnd())
    .join("\n");
}

/** Returns the position of a site among similar ones: HashiCorp's parser groups readers by name. */
function ordinalOf(file: SourceFile, site: Site): number {
  const alike = file.sites.filter(
    ({ role, type, label }) => role === site.role && type === site.type && label === site.label,
  );
  return alike.indexOf(site);
}

/** Returns the problem of a file whose rewrite was not proven. */
export function unproven(file: SourceFile, reason: string): Problem {
  return {
    code: "rewrite-unproven",
    path: file.path,
    message: `was not rewritten, because Statelock could not prove that only locking arguments change: ${reason}`,
    fix: "Change it by hand, and please report the shape of the file.",
  };
}
