import { Command } from "commander";
import { z } from "zod";
import type { AwsPlace } from "../../lib/aws/connect";
import { lockStore } from "../../lib/aws/lock-store";
import { clockNotes } from "../../lib/lock/list-locks";
import { ownerOf, stateKeyOf, tableNote } from "../../lib/inventory/state-owner";
import type { LockObject, LockStore } from "../../lib/lock/lock-port";
import { lockReport, lockReportSchema, type LockReport } from "../../lib/lock/lock-report";
import { plainText } from "../../lib/text/plain-text";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { UserError } from "../../lib/problem/problem";
import { openBucket, withBucketOptions, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { durationOption } from "../options/duration-option";
import { lockText } from "./lock-text";
import { shellQuoted } from "../../lib/text/shell-quoted";

interface Options extends BucketOptions {
  readonly longestRun: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock locks show demo/terraform.tfstate
  $ statelock locks show env:/dev/app/terraform.tfstate --bucket acme-tfstate --region eu-central-1
  $ statelock locks show demo/terraform.tfstate --json | jq -r .lock.holder.id

KEY is the key of the state; that of the lock, or an s3:// URL, will do too.
Only the lock file is read: a note says where a lock in DynamoDB may be held as well, or instead.
Exit code: 0 the lock is shown, or there is none; 2 that could not be told.`;

/** JSON of `locks show`, version 1. */
export const lockShowSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("locks show"),
  bucket: z.string(),
  lock: lockReportSchema
    .nullable()
    .describe("null where there is no lock file; notes say where a table was not looked at"),
  commands: z.partialRecord(z.enum(["wait", "inspect", "history", "release", "terraform"]), z.string()),
  notes: z.array(z.string()),
});

/** `statelock locks show KEY` */
export function locksShowCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("show").argument("<key>", "state key"))
    .description("One lock in full, and the exact commands to wait for it, to inspect and to release it.")
    .option("--longest-run <duration>", "a lock that is older is suspect", "6h")
    .option("--json", "JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (key: string, options: Options) => {
      const opened = openBucket(context, options);
      const stateKey = stateKeyOf(key, opened.place.name);
      const store = lockStore(opened.place);
      const reading = await store.read(stateKey + LOCK_SUFFIX);
      if (reading.found === "unreadable") throw new UserError([reading.problem], "unknown");
      const longestRun = durationOption("--longest-run", options.longestRun);
      const lock = reading.found === "nothing" ? null : await reportOn(store, opened, reading.object, longestRun);
      const commands = lock === null ? {} : commandsFor(lock, opened);
      const unseen = lock === null ? tableNote(stateKey, opened.inventory) : undefined;
      const unknownKey = lock === null ? await unknownKeyNotes(store, stateKey) : [];
      const notes = [...clockNotes(store), ...(unseen === undefined ? [] : [unseen]), ...unknownKey];
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

/** A key that was mistyped has no lock either. */
async function unknownKeyNotes(store: LockStore, stateKey: string): Promise<string[]> {
  const { found } = await store.stateWritten(stateKey);
  return found === "nothing"
    ? ["there is no state with this key either; `statelock locks list` has every lock of the bucket"]
    : [];
}

/** A lock that was just read, with a look at its state. */
export async function reportOn(
  store: LockStore,
  opened: OpenedBucket,
  object: LockObject,
  longestRun: number,
): Promise<LockReport> {
  const stateKey = object.key.slice(0, -LOCK_SUFFIX.length);
  const state = await store.stateWritten(stateKey);
  const owner = ownerOf(stateKey, opened.inventory);
  return lockReport({ bucket: opened.place.name, object, state, owner }, { now: store.now(), longestRun });
}

/** The commands for a lock, to be pasted as they are. */
export function commandsFor(
  lock: LockReport,
  { place, flags }: OpenedBucket,
): z.infer<typeof lockShowSchema>["commands"] {
  const key = shellQuoted(lock.stateKey);
  const proof = lock.holder === null ? `--etag ${shellQuoted(lock.etag)}` : `--id ${shellQuoted(lock.holder.id)}`;
  const aws = `--bucket ${shellQuoted(place.name)}${awsFlags(place)}`;
  return {
    wait: `statelock locks wait ${key} --timeout 10m${flags}`,
    inspect: `aws s3api get-object ${aws} --key ${shellQuoted(lock.lockKey)} /dev/stdout`,
    history: `aws s3api list-object-versions ${aws} --prefix ${shellQuoted(lock.lockKey)}`,
    release: `statelock locks release ${key} ${proof} --reason 'why the holder is gone'${flags}`,
    ...(lock.alsoInDynamoDb && lock.holder !== null
      ? { terraform: `terraform force-unlock ${shellQuoted(lock.holder.id)}` }
      : {}),
  };
}

function awsFlags({ region, access }: AwsPlace): string {
  const flags = [
    ["region", region],
    ["profile", access?.profile],
    ["endpoint-url", access?.endpointUrl],
  ] as const;
  return flags.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${shellQuoted(value)}`])).join("");
}

function showText(
  { lock, commands, notes, bucket }: z.infer<typeof lockShowSchema>,
  { stateKey, isWholly }: { readonly stateKey: string; readonly isWholly: boolean },
  context: CommandContext,
): string {
  const { colors } = context.output;
  const notesText = notes.map((note) => colors.dim(`note: ${note}`));
  if (lock === null) {
    const told = isWholly ? "is not locked" : "has no lock file";
    return [`s3://${bucket}/${plainText(stateKey, 1_024)} ${told}.`, ...notesText, ""].join("\n");
  }
  const lines = Object.entries(commands).map(([name, command]) => `  ${colors.dim(name.padEnd(9))} ${command}`);
  const facts = [
    `  ${colors.dim("created".padEnd(8))} ${plainText(lock.holder?.created ?? "?")} by the holder's clock, ${lock.takenAt} by S3's`,
    `  ${colors.dim("object".padEnd(8))} ${plainText(lock.lockKey, 1_024)}, etag ${lock.etag}, version ${lock.versionId ?? "none"}`,
  ];
  return [lockText(lock, colors), ...facts, "", ...lines, ...notesText, ""].join("\n");
}
