import { shapeOf, withValues } from "../../hcl/alike";
import { SyntaxProblem } from "../../hcl/syntax";
import type { Problem } from "../../problem/problem";
import { parseSource } from "../scan/source/parse-source";
import type { Parsers } from "../scan/source/parsers";
import type { Site, SourceFile } from "../scan/source/site";
import type { Change } from "./changes";
import { rewrite } from "./rewrite";

/** Changes backend arguments in one file. */
export type Rewrite = (
  file: SourceFile,
  changes: ReadonlyMap<Site, readonly Change[]>,
) => Promise<string | readonly Problem[]>;

/**
 * Returns a rewrite that makes and proves a change once for all files that differ in keys and buckets of the same length
 * alone. A file whose shape cannot be rewritten is rewritten by itself.
 */
export function rewriteAlike(parsers: Parsers): Rewrite {
  const known = new Map<string, Promise<string | undefined>>();
  return async (file, changes) => {
    const shape = file.kind.syntax === "hcl" ? shapeOf(file.text) : undefined;
    if (shape === undefined) return rewrite(parsers, file, changes);
    const numbered = [...changes].map(([site, made]) => [file.sites.indexOf(site), made] as const);
    const name = `${shape.text}\n${JSON.stringify([file.kind, numbered])}`;
    const after = known.get(name) ?? rewriteShape(parsers, { ...file, text: shape.text }, numbered);
    known.set(name, after);
    const text = await after;
    return (text === undefined ? undefined : withValues(text, shape)) ?? rewrite(parsers, file, changes);
  };
}

async function rewriteShape(
  parsers: Parsers,
  file: SourceFile,
  numbered: readonly (readonly [number, readonly Change[]])[],
): Promise<string | undefined> {
  const finding = parseSource(parsers.positions, file.kind, file.text);
  if (finding instanceof SyntaxProblem || finding.sites.length !== file.sites.length) return undefined;
  const changes = new Map(
    numbered.flatMap(([at, made]) => finding.sites.slice(at, at + 1).map((site) => [site, made])),
  );
  if (changes.size !== numbered.length) return undefined;
  const after = await rewrite(parsers, { ...file, sites: finding.sites }, changes);
  return typeof after === "string" ? after : undefined;
}
