import { program } from "../../lib/engine/spoken-engine";
import { Command } from "commander";
import { shared } from "../options/shared-options";
import { helpText, type HelpText } from "../screen/help-text";
import { z } from "zod";
import { lockStore } from "../../lib/aws/lock-store";
import { durationText } from "../../lib/text/duration";
import { ownerOf, stateKeyOf, tableNote } from "../../lib/inventory/state-owner";
import type { LockObject, LockStore } from "../../lib/lock/lock-port";
import { readLockReport } from "../../lib/lock/read-lock-report";
import { lockReportSchema } from "../../lib/lock/lock-report";
import { waitForLock } from "../../lib/lock/wait-for-lock";
import { plainText } from "../../lib/text/plain-text";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { UserError } from "../../lib/problem/problem";
import { openBucket, withBucketOptions, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { durationOption } from "../options/duration-option";
import { lockText } from "./lock-text";
import { EXIT } from "../screen/report-error";

interface Options extends BucketOptions {
  readonly timeout: string;
  readonly new?: boolean;
  readonly json?: boolean;
}

const help = (): HelpText => ({
  examples: [
    [`statelock locks wait demo/terraform.tfstate --timeout 10m && ${program()} apply`],
    ["statelock locks wait demo/terraform.tfstate --timeout 0", "is it free right now?"],
  ],
  text: [
    "Somebody else may take the free lock first: `statelock locks run` waits and runs a command in one step. Statelock does not wait for locks in DynamoDB: a note says if a client may hold one.",
    "KEY is the key of the state, the key of its lock, an s3:// URL of either, or a consumer's name.",
  ],
  exit: {
    0: "there is no lock file",
    1: "the lock is still held after the timeout",
    2: "the lock could not be read, or KEY names neither a state nor a lock nor a consumer (--new allows that)",
  },
});

/** JSON of `locks wait`, version 1. */
export const lockWaitSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("locks wait"),
  bucket: z.string(),
  stateKey: z.string(),
  outcome: z.enum(["free", "timed-out"]),
  waitedSeconds: z.number(),
  lock: lockReportSchema.nullable().describe("the lock that is still there"),
  notes: z.array(z.string()).optional().describe("notes on a table in which Statelock did not look for a lock"),
});

/** `statelock locks wait KEY` */
export function locksWaitCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("wait").argument("<key>", "state key"))
    .description("Wait until a state has no lock file.")
    .option("--timeout <duration>", "how long to wait", "10m")
    .option("--new", "the state may not exist yet: a first apply")
    .addOption(shared("json"))
    .addHelpText("after", helpText(help()))
    .action(async (key: string, options: Options) => {
      const opened = openBucket(context, options);
      const stateKey = stateKeyOf(key, opened.place.name, opened.inventory);
      const timeout = durationOption("--timeout", options.timeout);
      const { note, colors } = context.terminal;
      const store = lockStore(opened.place);
      const surroundings = { bucket: opened.place.name, inventory: opened.inventory };
      const seen: LockObject[] = [];
      const result = await waitForLock(store, {
        lockKey: stateKey + LOCK_SUFFIX,
        timeout,
        clock: () => performance.now(),
        onLock: async (lock) => {
          seen.push(lock);
          const report = await readLockReport(store, surroundings, lock);
          note(`${colors.dim("waiting for")} ${lockText(report, colors)}`);
        },
      });
      if (result.outcome === "unknown") throw new UserError([result.problem], "unknown");
      if (result.outcome === "free" && options.new !== true && seen.length === 0)
        await requireKnown(store, opened, stateKey);
      const lock = result.outcome === "free" ? null : await readLockReport(store, surroundings, result.lock);
      const unseen = lock === null ? tableNote(stateKey, opened.inventory) : undefined;
      const notes = unseen === undefined ? [] : [unseen];
      const waitedSeconds = Math.round(result.waited / 100) / 10;
      const json: z.infer<typeof lockWaitSchema> = {
        version: 1,
        command: "locks wait",
        bucket: opened.place.name,
        stateKey,
        outcome: result.outcome,
        waitedSeconds,
        lock,
        notes,
      };
      if (options.json === true) context.write(`${JSON.stringify(json, null, 2)}\n`);
      else {
        const told = lock !== null ? "is still locked" : unseen === undefined ? "is free" : "has no lock file";
        note(`${plainText(stateKey, 1_024)} ${told} after ${durationText(result.waited)}.`);
        for (const text of notes) note(colors.dim(`note: ${text}`));
      }
      context.exitWith(lock === null ? EXIT.fine : EXIT.refused);
    });
}

/** @throws UserError if neither S3 nor the inventory knows the key: a mistyped key must not count as a free state */
async function requireKnown(store: LockStore, { place, inventory }: OpenedBucket, stateKey: string): Promise<void> {
  if (ownerOf(stateKey, inventory).consumer !== undefined) return;
  const state = await store.stateWritten(stateKey);
  if (state.found === "state") return;
  if (state.found === "unreadable") throw new UserError([state.problem], "unknown");
  const path = `s3://${place.name}/${stateKey}`;
  throw new UserError([{ ...UNKNOWN_KEY, path }], "unknown");
}

const UNKNOWN_KEY = {
  code: "key-unknown",
  message: "must hold a state or a lock, or belong to a consumer of the inventory, got neither",
  fix: "Correct the key. If nobody has applied this root yet, add --new.",
};
