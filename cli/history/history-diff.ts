import { program } from "../../lib/engine/spoken-engine";
import { Command } from "commander";
import { shared } from "../options/shared-options";
import { helpText, type HelpText } from "../screen/help-text";
import { historyStore } from "../../lib/aws/history-store";
import { CURRENT, findVersion, historyOf, readable, readFound } from "../../lib/history/find-version";
import { comparisonReport, sideReport, type HistoryDiff } from "../../lib/history/history-report";
import { withBucketOptions, type BucketOptions } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { historyTarget } from "./history-target";
import { historyDiffText } from "./history-text";
import { passingProgress } from "../screen/terminal-progress";

interface Options extends BucketOptions {
  readonly json?: boolean;
}

const help = (): HelpText => ({
  examples: [
    ["statelock history diff demo/terraform.tfstate 3sL4kqtJ… current", "what happened since that version"],
    ["statelock history diff demo/terraform.tfstate 3sL4kqtJ… Qx2pB0vA…", "between two of them"],
  ],
  text: [
    `A and B are version IDs from \`statelock history list\`, or \`current\`. The output has the names of attributes, never values: \`${program()} state pull\` prints the values of the current state.`,
  ],
  exit: {
    0: "both versions were read, equal or not",
    1: "one of them is not a state, or its contents are encrypted",
    2: "a version could not be read",
  },
});

/** `statelock history diff KEY A B` */
export function historyDiffCommand(context: CommandContext): Command {
  return withBucketOptions(
    new Command("diff")
      .argument("<key>", "state key")
      .argument("<a>", "version before")
      .argument("[b]", "version after", CURRENT),
  )
    .description("Show which resources and outputs differ between two versions of a state, by name.")
    .addOption(shared("json"))
    .addHelpText("after", helpText(help()))
    .action(async (key: string, a: string, b: string, options: Options) => {
      const { opened, stateKey, path } = historyTarget(context, key, options);
      const store = historyStore(opened.place);
      const [before, after] = await passingProgress(context.terminal)("Read both versions", async () => {
        const versions = await historyOf(store, path, stateKey);
        const wanted = [findVersion(versions, a, path), findVersion(versions, b, path)] as const;
        const read = (at: 0 | 1): ReturnType<typeof readFound> => readFound(store, stateKey, wanted[at], path);
        return readable(await Promise.all([read(0), read(1)]), path);
      });
      const lineages = [before.state.lineage, after.state.lineage];
      const diff: HistoryDiff = {
        version: 1,
        command: "history diff",
        bucket: opened.place.name,
        stateKey,
        before: sideReport(before),
        after: sideReport(after),
        ...comparisonReport(before.state, after.state),
        notes: lineages[0] === lineages[1] ? [] : ["their lineages differ: they are not of one state"],
      };
      context.write(
        options.json === true ? `${JSON.stringify(diff, null, 2)}\n` : historyDiffText(diff, context.output),
      );
    });
}
