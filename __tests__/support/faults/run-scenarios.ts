import { hostname, userInfo } from "node:os";
import type { AttachedCommand, AttachedResult } from "../../../lib/programs/run-attached";
import { lockBody, type FakeS3 } from "../../../lab/memory/memory-s3";
import type { RunSettings } from "../run-command";
import { awsOfRun } from "./run-place";
import { held, LOCK, nothing, plant, type Scenario } from "./scenarios";

const ENVIRONMENT: RunSettings = { environment: { AWS_REGION: "eu-central-1" } };
const OWN = "5e1f5e1f-0000-4000-8000-000000000001";

/**
 * Terraform in a few words. `meets-own` takes the lock, loses S3's answer, and meets its own lock; `meets-other` met
 * somebody's lock that is gone by now. Both do their work at the second try, if nothing is in the way.
 */
export function terraformOf({ args }: Pick<AttachedCommand, "args">): AttachedResult {
  const s3 = awsOfRun();
  const first = !tried.has(s3);
  tried.add(s3);
  // A second attempt that meets it has just lost S3's answer too, however long it took to start.
  if (args[0] === "meets-own" && (first || s3.body(LOCK)?.includes(OWN) === true))
    s3.put(LOCK, lockBody(OWN, { Who: `${userInfo().username}@${hostname()}`, Created: new Date().toISOString() }));
  const there = first && args[0] === "meets-other" ? lockBody("0ther") : s3.body(LOCK);
  if (there === undefined) return { code: 0, output: "Apply complete!", log: "", interrupted: false, isAlive: false };
  const { ID, Who, Path } = JSON.parse(there) as { readonly ID: string; readonly Who: string; readonly Path: string };
  const output = `Error: Error acquiring the state lock\n\nLock Info:\n  ID:   ${ID}\n  Path: ${Path}\n  Who:  ${Who}\n`;
  const log = `[INFO] backend/remote-state/s3: Attempting to lock remote state: tf_backend.lock.id=${OWN}\n`;
  return { code: 1, output, log, interrupted: false, isAlive: false };
}

const tried = new WeakSet<FakeS3>();

function plantWithoutLock(s3: FakeS3): void {
  plant(s3);
  s3.remove(LOCK);
}

/** Says it is done exactly when Terraform did its work; otherwise its exit code is Terraform's. */
const run = (what: string, options: readonly string[]): Omit<Scenario, "command" | "mayDelete"> => ({
  args: () => ["locks", "run", ...options, "--", "terraform", what],
  settings: () => ENVIRONMENT,
  plant: plantWithoutLock,
  told: ({ code }, s3) =>
    code === 0 ? "ran again, and did its work" : `not to be run; the lock is ${held(s3) ? "there" : "gone"}`,
  wrong: ({ code, stderr }, s3) => {
    const audited = stderr.includes('"event":"lock-');
    return [
      ...(code === 0 && held(s3) ? ["exit 0, and the lock is there"] : []),
      ...(code === 0 || code === 1 ? [] : ["the exit code is not Terraform's"]),
      ...(s3.deleted.length > 0 && code === 0 && !audited ? ["a lock was deleted, and no audit line says so"] : []),
    ];
  },
});

/** `locks run`: releases what the run itself left behind, and watches a lock until it is free. */
export const RUN_SCENARIOS: readonly Scenario[] = [
  {
    ...run("meets-own", ["--lock-timeout", "0"]),
    command: "locks run, which left a lock behind",
    mayDelete: (body) => (JSON.parse(body) as { ID: string }).ID === OWN,
  },
  {
    ...run("meets-other", ["--lock-timeout", "1s"]),
    command: "locks run, while another holds the lock",
    mayDelete: nothing,
  },
];
