import { CONFIG_FILES } from "../../config/config-files";
import type { FoundFile, Mention } from "../../files/project-files";
import type { Problem } from "../../problem/problem";
import { BOOTSTRAP_RECORD_FILE } from "../../record/bootstrap-record";
import { SEEN_RECORD_FILE, type IgnoredMention } from "../../record/migration-record";
import { canonicalDigest } from "../../text/canonical-digest";
import { configsAmong, outputFolder } from "../scan/consumer/config-consumers";
import type { Configuration } from "../scan/configuration/configuration";
import { isSkippedFolder } from "../scan/source/file-kind";
import { LEGACY_TABLE, TABLE_ARGUMENTS } from "../scan/configuration/phase";
import { argument, baseName } from "../scan/source/site";
import { shellQuoted } from "../../text/shell-quoted";

const OWN_FILES: readonly string[] = [...CONFIG_FILES, SEEN_RECORD_FILE, BOOTSTRAP_RECORD_FILE, ".git"];

/** True for a folder in which nobody writes a table's name by hand: copies, packages, version control. */
export const isUnsearchedFolder = isSkippedFolder;

/** Returns the files that may name a table, without the config, the records and the output of Statelock. */
export function filesToSearch(files: readonly FoundFile[]): readonly FoundFile[] {
  const outputs = configsAmong(files).map(({ path }) => `${outputFolder(path)}/`);
  const isOwn = ({ path }: FoundFile): boolean => {
    const name = baseName(path);
    return OWN_FILES.includes(name) || name.startsWith(".statelock-") || isBelow(path, outputs);
  };
  return files.filter((file) => !isOwn(file));
}

/** True for a backup that an earlier run wrote: it names the table that it describes. */
export function isBackup(text: string): boolean {
  return /^\{\s*"version": 1,\s*"table": \{\s*"arn": /.test(text);
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder));
}

/**
 * Leaves out the literal arguments of backends: their roots block by themselves. A unit of Terragrunt may get another table
 * than an expression or an overridden local names, so those stay.
 */
export function withoutBackends(mentions: readonly Mention[], fleet: readonly Configuration[]): Mention[] {
  const own = new Set(
    fleet.flatMap(({ places }) =>
      places.flatMap(({ file, site }) =>
        [...TABLE_ARGUMENTS, LEGACY_TABLE].flatMap((name) => {
          const found = argument(site, name);
          return found?.value.kind !== "literal" || !file.sites.includes(site)
            ? []
            : [`${file.path}:${String(found.line)}`];
        }),
      ),
    ),
  );
  return mentions.filter((mention) => !own.has(mentionPlace(mention)));
}

/** Returns `file:line`. */
export function mentionPlace({ path, line }: Pick<Mention, "path" | "line">): string {
  return `${path}:${String(line)}`;
}

/** Returns what a record keeps of a mention that somebody has judged. */
export function ignoredMention(
  { line, text }: Mention,
  { table, file, reason, at }: Pick<IgnoredMention, "table" | "file" | "reason" | "at">,
): IgnoredMention {
  return { table, file, line, digest: canonicalDigest(text), reason, at };
}

/** True if the record passes the mention over: the line still has the text that somebody judged. */
export function isIgnored(
  { line, text }: Mention,
  file: string,
  table: string,
  ignored: readonly IgnoredMention[],
): boolean {
  return ignored.some(
    (each) => each.table === table && each.file === file && each.line === line && each.digest === canonicalDigest(text),
  );
}

/** Returns why a mention stops the removal. */
export function mentionBlock(table: string, mention: Mention): Problem {
  return {
    code: "table-mentioned",
    path: mentionPlace(mention),
    message: `must not name ${table}: who reads this file may need the table`,
    fix: `Remove the name. If nothing there uses the table, add --ignore-mention ${shellQuoted(mentionPlace(mention))} --reason TEXT.`,
  };
}
