import { program } from "../../lib/engine/spoken-engine";
import { Command } from "commander";
import { shared } from "../options/shared-options";
import { helpText, type HelpText } from "../screen/help-text";
import { historyStore } from "../../lib/aws/history-store";
import { noHistory } from "../../lib/history/find-version";
import { listHistory } from "../../lib/history/list-history";
import type { HistoryList, VersionReport } from "../../lib/history/history-report";
import { ownerOf } from "../../lib/inventory/state-owner";
import { shown, UserError } from "../../lib/problem/problem";
import { withBucketOptions, type BucketOptions } from "../options/bucket-options";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";
import { historyTarget } from "./history-target";
import { historyListText } from "./history-text";
import { passingProgress } from "../screen/terminal-progress";
import { EXIT } from "../screen/report-error";

interface Options extends BucketOptions {
  readonly limit: string;
  readonly json?: boolean;
}

const help = (): HelpText => ({
  examples: [
    ["statelock history list demo/terraform.tfstate"],
    ["statelock history list env:/dev/app/terraform.tfstate --bucket acme-tfstate --region eu-central-1"],
    [
      "statelock history list demo/terraform.tfstate --limit 1000 --json | jq '.versions[] | select(.change.removed > 0)'",
    ],
  ],
  text: [
    `KEY is any object key; an s3:// URL works too. Resources are counted as \`${program()} state list\` prints them, and changes are counted from the version before. The list shows no content of a state.`,
  ],
  exit: {
    0: "every version was read",
    1: "the current object is not a state, or the state is deleted",
    2: "a version could not be read, or the versions could not be listed",
  },
});

/** `statelock history list KEY` */
export function historyListCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("list").argument("<key>", "state key"))
    .description("List the versions of a state: time, serial, size, and how many resources each one changed.")
    .option("--limit <count>", "number of versions, newest first", "100")
    .addOption(shared("json"))
    .addHelpText("after", helpText(help()))
    .action(async (key: string, options: Options) => {
      const { opened, stateKey, path } = historyTarget(context, key, options);
      const limit = limitOption(options.limit);
      const store = historyStore(opened.place);
      const { versions, older } = await passingProgress(context.terminal)("Read the history", async (say) => {
        const onRead = (read: number, of: number): void => {
          say(`${String(read)} of ${String(of)} versions`);
        };
        return listHistory(store, { stateKey, limit, onRead });
      });
      if (versions.length === 0) throw new UserError([noHistory(path)]);
      const { consumer = null, workspace = null } = ownerOf(stateKey, opened.inventory);
      const list: HistoryList = {
        version: 1,
        command: "history list",
        bucket: opened.place.name,
        stateKey,
        consumer,
        workspace,
        versions,
        older,
        notes: versions.some(({ versionId }) => versionId === "null")
          ? [
              "a version called null was written while the bucket was not versioned: it may have replaced an earlier state",
            ]
          : [],
      };
      context.write(
        options.json === true ? `${JSON.stringify(list, null, 2)}\n` : historyListText(list, context.output),
      );
      if (versions.some(({ kind }) => kind === "unreadable")) context.exitWith(EXIT.unknown);
      else if (versions.some((version) => version.current && !isState(version))) context.exitWith(EXIT.refused);
    });
}

/** True also of a state that OpenTofu encrypted. */
function isState({ kind, encrypted, serial }: VersionReport): boolean {
  return kind === "state" || (encrypted === true && serial !== null);
}

function limitOption(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage("--limit", `must be a number of versions, 1 or more, got ${shown(text)}`, "Write it like 20.");
}
