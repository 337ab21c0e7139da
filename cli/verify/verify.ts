import { Command } from "commander";
import type { CheckResult } from "../../lib/verify/run-checks";
import { verifyBucket } from "../../lib/verify/verify-bucket";
import { verifyReport, type VerifyReport } from "../../lib/verify/verify-report";
import { openBucket, withBucketOptions, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import { collectValues } from "../options/collect-values";
import { shared } from "../options/shared-options";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";
import { passingProgress } from "../screen/terminal-progress";
import { EXIT } from "../screen/report-error";
import { expectationOf, expectedIam, providerLock, recordedHome, verifyPort } from "./live-verify-port";
import type * as Copies from "./check-backends-below";
import { verifyText } from "./verify-text";

interface Options extends BucketOptions {
  readonly probe: boolean;
  readonly backends?: readonly string[];
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock verify", "compare the inventory's bucket with what synth wrote"],
    ["statelock verify --no-probe", "with credentials that can only read"],
    ["statelock verify --backends ../app --backends ../web", "also compare the copies of backend files there"],
    ["statelock verify --json | jq '.findings[] | select(.result != \"pass\")'"],
    [
      "statelock verify --bucket acme-tfstate --region eu-central-1",
      "check any bucket for what every state bucket needs",
    ],
  ],
  text: [
    "The probe takes its own lock below .statelock/, checks that S3 refuses a second taker with 412, and releases the lock.",
  ],
  exit: {
    0: "every check passed",
    1: "a check failed",
    2: 'no check failed, but Statelock could not read something; it prints "?" for that check, never "✔"',
  },
};

/** Returns the `statelock verify` command. */
export function verifyCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("verify"))
    .description("Compare the bucket on AWS with what synth wrote, and prove that its lock locks.")
    .option("--no-probe", "write nothing: skip the live test of the lock")
    .option(
      "--backends <folder>",
      "also compare every backend below this folder with what synth writes for its consumer; repeatable",
      collectValues,
    )
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (options: Options) => {
      const opened = openBucket(context, options);
      const copies = await checkCopies(context, opened, options.backends);
      const results = await verifyBucket(verifyPort(opened, options.probe), {
        expected: expectationOf(opened),
        inventory: opened.inventory,
        iam: expectedIam(opened),
        deployed: recordedHome(opened),
        providerLock: providerLock(opened, context.workingDirectory),
        progress: passingProgress(context.terminal),
      });
      const report = verifyReport(opened.place.name, [...results, ...copies]);
      const json = options.json === true;
      context.write(json ? `${JSON.stringify(report, null, 2)}\n` : verifyText(report, context));
      context.exitWith(exitCode(report));
    });
}

/** Compares backend files with the inventory. It reads files alone, so it comes before every call to AWS. */
async function checkCopies(
  context: CommandContext,
  { inventory }: OpenedBucket,
  folders: readonly string[] = [],
): Promise<CheckResult[]> {
  if (folders.length === 0) return [];
  if (inventory === undefined)
    throw usage("--backends", "must come with an inventory, got --bucket", "Remove --bucket, or name the inventory.");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only this option needs the parsers
  const { checkBackendsBelow } = require("./check-backends-below") as typeof Copies;
  return checkBackendsBelow(context, inventory, folders);
}

function exitCode({ summary }: VerifyReport): number {
  if (summary.fail > 0) return EXIT.refused;
  return summary.unknown > 0 ? EXIT.unknown : EXIT.fine;
}
