import { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import { lockStore } from "../../lib/aws/lock-store";
import { listLocks } from "../../lib/lock/list-locks";
import type { LockList } from "../../lib/lock/lock-report";
import { plainJson } from "../../lib/text/plain-text";
import { openBucket, withBucketOptions, type BucketOptions } from "../options/bucket-options";
import { shared } from "../options/shared-options";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";
import { durationOption } from "../options/duration-option";
import { showCommand } from "./lock-commands";
import { lockListText } from "./lock-text";
import { passingProgress } from "../screen/terminal-progress";
import { CLEAR_SCREEN } from "../screen/printable";
import { EXIT } from "../screen/report-error";

interface Options extends BucketOptions {
  readonly longestRun: string;
  readonly watch?: string | true;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock locks list", "every lock of the inventory's bucket"],
    ["statelock locks list --bucket acme-tfstate --region eu-central-1"],
    ["statelock locks list --watch 5s", "again and again, until Ctrl+C"],
    ["statelock locks list --json | jq '.locks[] | select(.verdict == \"suspect\")'"],
  ],
  text: [
    "Verdicts: active (the state was written under the lock within 15 minutes), suspect (older than --longest-run, or written for another state), unknown. No verdict says that a lock may be deleted: holders send no heartbeat.",
  ],
  exit: { 0: "every lock was read", 2: "some locks could not be read, or the bucket could not be listed" },
};

/** `statelock locks list` */
export function locksListCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("list"))
    .description("List every lock in the bucket: who holds it, since when, and a verdict.")
    .option("--longest-run <duration>", "an older lock is suspect", "6h")
    .option("--watch [duration]", "repeat the list after this pause (default: 5s)")
    .addOption(shared("json", "JSON on standard output; with --watch one line per list"))
    .addHelpText("after", helpText(HELP))
    .action(async (options: Options) => {
      const opened = openBucket(context, options);
      const { place, inventory } = opened;
      const text = (list: LockList): string =>
        lockListText(list, context.output, (stateKey) => showCommand(stateKey, opened));
      const longestRun = durationOption("--longest-run", options.longestRun);
      const store = lockStore(place);
      const look = (): Promise<LockList> =>
        passingProgress(context.terminal)("List the bucket", (say) =>
          listLocks(store, { bucket: place.name, inventory, longestRun, say }),
        );
      if (options.watch === undefined) {
        const list = await look();
        show(context, list, options.json === true ? `${JSON.stringify(list, null, 2)}\n` : text(list));
        return;
      }
      const every = Math.max(1_000, durationOption("--watch", options.watch === true ? "5s" : options.watch));
      for (;;) {
        const list = await look();
        if (context.output.isTerminal && options.json !== true) context.write(CLEAR_SCREEN);
        show(context, list, options.json === true ? `${plainJson(list)}\n` : text(list));
        await pause(every);
      }
    });
}

function show(context: CommandContext, list: LockList, text: string): void {
  context.write(text);
  context.exitWith(list.unreadable.length > 0 ? EXIT.unknown : EXIT.fine);
}
