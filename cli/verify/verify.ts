import { Command } from "commander";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { probeStore } from "../../lib/aws/probe-store";
import { policyDocument, type PolicyDocument } from "../../lib/policy/policy-document";
import { denyInsecureTransport } from "../../lib/policy/guard/insecure-transport";
import { partitionOrDefault } from "../../lib/policy/partition";
import { finding, type Expectation, type Finding } from "../../lib/verify/check";
import { probeLock, type ProbeLock } from "../../lib/verify/lock-probe";
import { NO_BUCKET } from "../../lib/verify/posture";
import { openBucket, withBucketOptions, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { ownLock } from "../options/own-lock";
import { passingProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { bucketFindings } from "./verify-bucket";
import { verifyText, type verifySchema } from "./verify-text";

interface Options extends BucketOptions {
  readonly probe: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock verify                           the inventory's bucket, compared with what was synthesized
  $ statelock verify --no-probe                with credentials that may only read
  $ statelock verify --json | jq '.findings[] | select(.result != "pass")'
  $ statelock verify --bucket acme-tfstate --region eu-central-1      any bucket: what every state bucket needs

The probe takes a lock of its own below .statelock/, sees a second taker refused with 412, and releases it.
Exit code: 0 everything is as it should be; 1 something is not; 2 something could not be looked at, and nothing is
known to be wrong. What could not be looked at is "?", never "✔".`;

/** `statelock verify` */
export function verifyCommand(context: CommandContext): Command {
  return withBucketOptions(new Command("verify"))
    .description("Compare the bucket on AWS with what was synthesized, and prove that its lock locks.")
    .option("--no-probe", "write nothing: leave the live test of the lock out")
    .option("--json", "JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const opened = openBucket(context, options);
      const progress = passingProgress(context.terminal);
      const findings = await progress("Look at the bucket", (say) => bucketFindings(opened, expectation(opened), say));
      if (options.probe) findings.push(await progress("Try the lock", () => probe(opened, findings)));
      const count = (result: Finding["result"]): number => findings.filter((found) => found.result === result).length;
      const summary = { pass: count("pass"), fail: count("fail"), unknown: count("unknown") };
      const at = new Date().toISOString();
      const json: z.infer<typeof verifySchema> = {
        version: 1,
        command: "verify",
        bucket: opened.place.name,
        at,
        summary,
        findings,
      };
      context.write(options.json === true ? `${JSON.stringify(json, null, 2)}\n` : verifyText(json, context.output));
      context.exitWith(summary.fail > 0 ? EXIT.refused : summary.unknown > 0 ? EXIT.unknown : EXIT.fine);
    });
}

function expectation({ place, inventory, folder }: OpenedBucket): Expectation {
  if (inventory === undefined || folder === undefined) {
    const { name, region } = place;
    const guard = policyDocument([denyInsecureTransport({ partition: partitionOrDefault(region), bucket: name })]);
    return { bucket: { name, region }, guard, synthesized: false };
  }
  const read = (path: string): PolicyDocument => JSON.parse(readFileSync(join(folder, path), "utf8")) as PolicyDocument;
  const { guard, keyPolicy } = inventory.bucket;
  return {
    bucket: inventory.bucket,
    guard: read(guard),
    keyPolicy: keyPolicy === undefined ? undefined : read(keyPolicy),
  };
}

/** Where there is no bucket, that is said by the check for it, and not once more in the words of a failed write. */
async function probe({ place }: OpenedBucket, before: readonly Finding[]): Promise<Finding> {
  const key = `.statelock/probe-${randomUUID()}.tflock`;
  const path = `${place.name}/${key.slice(0, -".tflock".length)}`;
  const lock = (): ProbeLock => {
    const info = ownLock({ id: randomUUID(), operation: "statelock verify", info: "a probe: may be deleted", path });
    return { id: info.ID, text: JSON.stringify(info) };
  };
  const about = {
    code: "lock-probe",
    title: "the lock locks: a second taker is refused",
    fix: "Do not use this store for Terraform's native lock. Look for the leftovers of the probe below .statelock/.",
  };
  const isAbsent = before.some(({ code, result }) => code === "presence" && result === "fail");
  return finding(about, isAbsent ? NO_BUCKET : await probeLock(probeStore(place), key, [lock(), lock()]));
}
