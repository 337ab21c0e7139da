import { Command } from "commander";
import { helpText, type HelpText } from "../screen/help-text";
import { product, program } from "../../lib/engine/spoken-engine";
import { runLocked } from "../../lib/lock/retry-while-locked";
import { withBucketOptions } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { durationOption } from "../options/duration-option";
import { runPort, type RunOptions } from "./run-port";

const help = (): HelpText => ({
  examples: [
    [`statelock locks run -- ${program()} apply -auto-approve`],
    [`statelock locks run --lock-timeout 30m -- ${program()} plan -input=false`],
    ["statelock locks run --bucket acme-tfstate --region eu-central-1 -- make deploy"],
    [`statelock locks run --release-on-cancel -- ${program()} apply`, "in a CI job that somebody may cancel"],
    [`statelock locks run --remember lock.json -- ${program()} apply`, "then, in a step that always runs:"],
    ['statelock locks release --from lock.json --reason "the job was cancelled" --yes'],
  ],
  text: [
    `Statelock runs the command, and runs it again while the command only fails to take the lock: somebody holds it, 412 then 404, or 409. ${product()}'s own -lock-timeout gives up on the last two. If S3's answer was lost and the command left its own lock, Statelock releases that lock after its ID (from ${product()}'s log), user, host and time prove it. It releases no other, and none while something that the command started is alive. If the command ends and its lock is still there, Statelock names its key, its ID and the release command. Bucket options are for watching and releasing. Without them, Statelock uses the bucket that ${product()} names, in AWS_REGION. The command receives signals, and its exit code is returned. Standard output belongs to the command alone.`,
  ],
  exit: {
    0: "the command succeeded",
    2: "Statelock could not start it. Otherwise, the command's own exit code",
  },
});

/** `statelock locks run -- COMMAND` */
export function locksRunCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("run").argument("<command...>", "what to run, behind --"))
    .description("Run a command, and run it again while it fails to take the lock.")
    .option("--lock-timeout <duration>", "how long to try", "10m")
    .option("--release-on-cancel", "release the lock that the command leaves when it is stopped or killed")
    .option("--remember <file>", "write the lock's ID to this file before it is asked for, for `locks release --from`")
    .passThroughOptions()
    .addHelpText("after", helpText(help()))
    .action(async (command: string[], options: RunOptions) => {
      const lockTimeout = durationOption("--lock-timeout", options.lockTimeout);
      context.exitWith(await runLocked(runPort(context, command, options), lockTimeout));
    });
}
