import { Command } from "commander";
import { verifyBucket } from "../../lib/verify/verify-bucket";
import { verifyReport, type VerifyReport } from "../../lib/verify/verify-report";
import { openBucket, withBucketOptions, type BucketOptions } from "../options/bucket-options";
import { shared } from "../options/shared-options";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";
import { passingProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { expectationOf, expectedIam, providerLock, recordedHome, verifyPort } from "./verify-port";
import { verifyText } from "./verify-text";

interface Options extends BucketOptions {
  readonly probe: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock verify", "compare the inventory's bucket with what synth wrote"],
    ["statelock verify --no-probe", "with credentials that can only read"],
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
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (options: Options) => {
      const opened = openBucket(context, options);
      const results = await verifyBucket(verifyPort(opened, options.probe), {
        expected: expectationOf(opened),
        inventory: opened.inventory,
        iam: expectedIam(opened),
        deployed: recordedHome(opened),
        providerLock: providerLock(opened, context.workingDirectory),
        progress: passingProgress(context.terminal),
      });
      const report = verifyReport(opened.place.name, results);
      const json = options.json === true;
      context.write(json ? `${JSON.stringify(report, null, 2)}\n` : verifyText(report, context));
      context.exitWith(exitCode(report));
    });
}

function exitCode({ summary }: VerifyReport): number {
  if (summary.fail > 0) return EXIT.refused;
  return summary.unknown > 0 ? EXIT.unknown : EXIT.fine;
}
