import { productOf, type EngineName } from "../../../lib/engine/engine";
import { FLOORS } from "../../../lib/engine/floors";
import { program } from "../../../lib/engine/spoken-engine";
import { isValue } from "../../../lib/migrate/scan/configuration/phase";
import type { ScannedConfiguration } from "../../../lib/migrate/scan/scan";
import type { Target } from "../../../lib/migrate/step/move-plan";
import { terragruntRoots } from "../../../lib/migrate/step/roots-to-init";
import { counted } from "../../../lib/text/counted";
import { fewText } from "../../../lib/text/few";
import { TERRAGRUNT_INIT } from "../init/init-text";

/** Returns the message to the people and pipelines that run a fleet: what changes, from when, what they need and run. */
export function colleagueMessage(to: Target, configurations: readonly ScannedConfiguration[]): string[] {
  const states = configurations.filter(({ source }) => source !== "reader");
  const values = states.map(({ bucket }) => bucket).filter(isValue);
  const buckets = [...new Set(values.map(({ value }) => `s3://${value}`))];
  const where = buckets.length === 0 ? "" : ` in ${fewText(buckets, 3)}`;
  const what = `The Terraform states of ${counted(new Set(states.map(({ root }) => root)).size, "root")}${where}`;
  const run = `In every clone, branch and pipeline, before its next run: git pull (or merge main), then ${initText(states)}.`;
  return to === "both"
    ? [
        `${what} lock in S3 as well as in DynamoDB from the moment this change is on main.`,
        `You need ${engineText(states)}: older versions stop at use_lockfile with "Unsupported argument".`,
        run,
        "Until then everything works as before, and nobody gets in anybody's way. But we cannot go on without you: please answer when you are done, also for your pipelines and other clones.",
      ]
    : [
        `${what} lock only in S3 from the moment this change is on main, and no longer in DynamoDB.`,
        `You need ${engineText(states)}, as before.`,
        run,
        'If a run says "state data in S3 does not have the expected content", you have not done that yet: nothing is lost, pull. If you never followed the first message, run nothing before you have.',
      ];
}

/** Returns the message after the removal of the table. */
export function goneMessage(table: string, configurations: readonly ScannedConfiguration[]): string[] {
  return [
    `The DynamoDB table ${table} is gone: our states lock in S3 alone.`,
    `If a run says "ResourceNotFoundException" while it takes the lock, its checkout is older. Nothing is lost: git pull, then ${initText(configurations)}.`,
  ];
}

function initText(configurations: readonly ScannedConfiguration[]): string {
  const engine = `${program()} init -reconfigure in each root that you use`;
  const units = terragruntRoots(configurations).length;
  if (units === 0) return engine;
  return configurations.some(({ source }) => source !== "terragrunt")
    ? `${engine}, and ${TERRAGRUNT_INIT}`
    : TERRAGRUNT_INIT;
}

/** Names the versions of the engines that the fleet shows, or of both. */
function engineText(configurations: readonly ScannedConfiguration[]): string {
  const seen = new Set(configurations.map(({ engine }) => engine));
  const named = ([...seen].includes(undefined) ? ["terraform", "tofu"] : [...seen]) as EngineName[];
  return named
    .sort()
    .map((name) => `${productOf(name)} ${FLOORS.lockfile[name]} or later`)
    .join(", or ");
}
