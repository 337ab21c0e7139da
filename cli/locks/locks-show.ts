import { Command } from "commander";
import { z } from "zod";
import { lockStore } from "../../lib/aws/lock-store";
import { clockNotes } from "../../lib/lock/list-locks";
import { stateKeyOf, tableNote } from "../../lib/inventory/state-owner";
import type { LockStore } from "../../lib/lock/lock-port";
import { lockReportSchema } from "../../lib/lock/lock-report";
import { readLockReport } from "../../lib/lock/read-lock-report";
import { asStarted } from "../../lib/text/own-command";
import { plainText } from "../../lib/text/plain-text";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { UserError } from "../../lib/problem/problem";
import { openBucket, withBucketOptions, type BucketOptions } from "../options/bucket-options";
import { shared } from "../options/shared-options";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";
import { durationOption } from "../options/duration-option";
import { program } from "../../lib/engine/spoken-engine";
import { LOCK_COMMANDS, lockCommands } from "./lock-commands";
import { lockText } from "./lock-text";

interface Options extends BucketOptions {
  readonly longestRun: string;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock locks show demo/terraform.tfstate"],
    ["statelock locks show env:/dev/app/terraform.tfstate --bucket acme-tfstate --region eu-central-1"],
    ["statelock locks show demo/terraform.tfstate --json | jq -r .lock.holder.id"],
  ],
  text: [
    "KEY is the key of the state. The key of the lock, an s3:// URL, or a consumer's name works too. Statelock reads only the lock file. A note says if a client may hold a lock in DynamoDB as well, or instead.",
  ],
  exit: { 0: "the lock is shown, or there is no lock", 2: "the lock could not be read" },
};

/** JSON of `locks show`, version 1. */
export const lockShowSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("locks show"),
  bucket: z.string(),
  lock: lockReportSchema
    .nullable()
    .describe("null if there is no lock file; `notes` name tables in which Statelock did not look"),
  commands: z.partialRecord(z.enum(LOCK_COMMANDS), z.string()),
  notes: z.array(z.string()),
});

const UNREAD =
  "the body cannot be read: it is too long for a lock, archived, or encrypted with a key that you may not use; the ETag names it";

/** `statelock locks show KEY` */
export function locksShowCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("show").argument("<key>", "state key"))
    .description("Show one lock in full, and the exact commands to wait for it, inspect it and release it.")
    .option("--longest-run <duration>", "an older lock is suspect", "6h")
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (key: string, options: Options) => {
      const opened = openBucket(context, options);
      const stateKey = stateKeyOf(key, opened.place.name, opened.inventory);
      const store = lockStore(opened.place);
      const reading = await store.look(stateKey + LOCK_SUFFIX);
      if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
      const longestRun = durationOption("--longest-run", options.longestRun);
      const surroundings = { bucket: opened.place.name, inventory: opened.inventory };
      const lock =
        reading.found === "nothing" ? null : await readLockReport(store, surroundings, reading.object, longestRun);
      const commands = lock === null ? {} : lockCommands(lock, opened);
      const unseen = lock === null ? tableNote(stateKey, opened.inventory) : undefined;
      const unknownKey = lock === null ? await unknownKeyNotes(store, stateKey) : [];
      const unread = reading.found === "lock" && reading.object.text === undefined ? [UNREAD] : [];
      const notes = [...unread, ...clockNotes(store), ...(unseen === undefined ? [] : [unseen]), ...unknownKey];
      const result: z.infer<typeof lockShowSchema> = {
        version: 1,
        command: "locks show",
        bucket: opened.place.name,
        lock,
        commands,
        notes,
      };
      context.write(
        options.json === true
          ? `${JSON.stringify(result, null, 2)}\n`
          : showText(result, { stateKey, isWholly: unseen === undefined }, context),
      );
    });
}

/** Returns a note if the state does not exist either: the key may be mistyped. */
async function unknownKeyNotes(store: LockStore, stateKey: string): Promise<string[]> {
  const { found } = await store.stateWritten(stateKey);
  return found === "nothing"
    ? ["there is no state with this key either; `statelock locks list` has every lock of the bucket"]
    : [];
}

function showText(
  { lock, commands, notes, bucket }: z.infer<typeof lockShowSchema>,
  { stateKey, isWholly }: { readonly stateKey: string; readonly isWholly: boolean },
  context: CommandContext,
): string {
  const { colors } = context.output;
  const notesText = notes.map((note) => colors.dim(`note: ${asStarted(note, context.program)}`));
  if (lock === null) {
    const told = isWholly ? "is not locked" : "has no lock file";
    return [`s3://${bucket}/${plainText(stateKey, 1_024)} ${told}.`, ...notesText, ""].join("\n");
  }
  const lines = Object.entries(commands).map(
    ([name, command]) => `  ${colors.dim((name === "terraform" ? program() : name).padEnd(9))} ${command}`,
  );
  const facts = [
    `  ${colors.dim("created".padEnd(8))} ${plainText(lock.holder?.created ?? "?")} by the holder's clock, ${lock.takenAt} by S3's`,
    `  ${colors.dim("object".padEnd(8))} ${plainText(lock.lockKey, 1_024)}, etag ${lock.etag}, version ${lock.versionId ?? "none"}`,
  ];
  return [lockText(lock, colors), ...facts, "", ...lines, ...notesText, ""].join("\n");
}
