import { dirname, relative, resolve, sep } from "node:path";
import { searchText } from "../../../lib/files/search-text";
import type { Scan } from "../../../lib/migrate/scan/scan";
import { requireWholeScan } from "../../../lib/migrate/table/require-whole-scan";
import type { LookedAt } from "../../../lib/migrate/table/retire-table";
import {
  filesToSearch,
  isBackup,
  ignoredMention,
  isIgnored,
  isUnsearchedFolder,
  mentionPlace,
  withoutBackends,
} from "../../../lib/migrate/table/table-mentions";
import type { Mention } from "../../../lib/files/project-files";
import type { IgnoredMention } from "../../../lib/record/migration-record";
import { readSeenRecord, writeSeenRecord } from "../../../lib/record/record-files";
import { usage } from "../../options/usage-problem";
import type { CommandContext } from "../../screen/command-context";
import { terminalProgress } from "../../screen/terminal-progress";
import { seenRecords } from "../project/migrate-sightings";

/** Which table to search for, and which lines somebody has judged. */
interface MentionOptions {
  readonly table: string;
  readonly ignoreMention?: readonly string[];
  readonly reason?: string;
}

/** The lines that name a table, and what was searched. */
interface FoundMentions {
  readonly mentions: readonly Mention[];
  readonly lookedAt: LookedAt;
  /** Writes the lines that were passed over into the record. */
  keep(): void;
}

/**
 * Searches every text file below the folders for the table's name.
 * @throws UserError if a file could not be read, or `--ignore-mention` names no such line
 */
export async function tableMentions(
  context: CommandContext,
  { configurations }: Scan,
  folders: readonly string[],
  { table, ignoreMention = [], reason }: MentionOptions,
): Promise<FoundMentions> {
  if (ignoreMention.length > 0 && (reason ?? "").trim() === "")
    throw usage("--reason", "must come with --ignore-mention", "Say why nothing there needs the table: --reason TEXT.");
  const search = searchText(context.workingDirectory);
  const found = await terminalProgress(context.terminal)(`Look for ${table} in text files`, (say) =>
    search({
      folders,
      word: table,
      isSkippedFolder: isUnsearchedFolder,
      isOwnText: isBackup,
      wanted: filesToSearch,
    }).then((done) => {
      say(`${String(done.files.length)} files`);
      return done;
    }),
  );
  requireWholeScan(found.problems, table);
  const mentions = withoutBackends(found.mentions, configurations);
  const [recordFile = ""] = seenRecords(context, configurations).files;
  const folder = dirname(recordFile);
  const fileOf = ({ path }: Mention): string =>
    relative(folder, resolve(context.workingDirectory, path)).split(sep).join("/");
  const given = ignoreMention.map((place) => {
    const mention = mentions.find((each) => mentionPlace(each) === place);
    if (mention === undefined)
      throw usage(
        "--ignore-mention",
        `must name a line that contains ${table}, got ${place}`,
        "Run with --dry-run: it lists the lines.",
      );
    const at = new Date().toISOString();
    return ignoredMention(mention, { table, file: fileOf(mention), reason: reason ?? "", at });
  });
  const record = readSeenRecord(folder);
  const isGiven = (each: IgnoredMention): boolean =>
    given.some(({ file, line }) => each.file === file && each.line === line && each.table === table);
  const kept = [...(record.ignoredMentions ?? []).filter((each) => !isGiven(each)), ...given];
  const isPassed = (mention: Mention): boolean => isIgnored(mention, fileOf(mention), table, kept);
  return {
    mentions: mentions.filter((mention) => !isPassed(mention)),
    lookedAt: {
      folders,
      files: found.files,
      ignored: kept.filter((each) => each.table === table),
    },
    keep: () => {
      if (given.length > 0) writeSeenRecord(folder, { ...record, ignoredMentions: kept });
    },
  };
}
