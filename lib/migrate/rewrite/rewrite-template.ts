import type { FileReplacement } from "../../files/project-files";
import type { Template } from "../scan/outside/template-file";
import { withMarks } from "../scan/outside/template-marks";
import type { Rewrite } from "./rewrite-alike";
import type { Change } from "./changes";
import type { Site } from "../scan/source/site";
import { grouped } from "../../text/grouped";

/** A template, and what a step changes in its backend. */
interface ChangedTemplate {
  readonly template: Template;
  readonly changes: ReadonlyMap<Site, readonly Change[]>;
}

/**
 * Returns the new texts of templates. Each is rewritten and proven without its marks, which then are where they were. A file
 * that cannot be proven stays as it is.
 */
export async function rewriteTemplates(
  rewrite: Rewrite,
  changed: readonly ChangedTemplate[],
): Promise<FileReplacement[]> {
  const files = grouped(changed, ({ template }) => template.file.realPath);
  const results = await Promise.all([...files.values()].map((those) => rewriteFile(rewrite, those)));
  return results.flatMap((result) => result ?? []);
}

async function rewriteFile(
  rewrite: Rewrite,
  changed: readonly ChangedTemplate[],
): Promise<FileReplacement | undefined> {
  const [first] = changed;
  const place = first?.template.configuration.places[0];
  if (first === undefined || place === undefined) return undefined;
  const { path, realPath, text: before } = first.template.file;
  const after = await rewrite(place.file, new Map(changed.flatMap(({ changes }) => [...changes])));
  const whole = typeof after === "string" ? withMarks(after, first.template.marks) : undefined;
  return whole === undefined || whole === before ? undefined : { path, realPath, before, after: whole };
}
