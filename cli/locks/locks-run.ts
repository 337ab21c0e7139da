import { Command } from "commander";
import { helpText, type HelpText } from "../screen/help-text";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BucketPlace } from "../../lib/aws/connect";
import { lockStore } from "../../lib/aws/lock-store";
import { s3Objects } from "../../lib/aws/s3-objects";
import { lockKeyRefused } from "../../lib/lock/store-honours";
import { engineOf, type EngineName } from "../../lib/engine/engine";
import { product, program, speakOf } from "../../lib/engine/spoken-engine";
import { loggedLocks } from "../../lib/lock/own-orphan";
import { runLocked, type Ended, type RunPort } from "../../lib/lock/retry-while-locked";
import { waitForLock } from "../../lib/lock/wait-for-lock";
import { writeWhole } from "../../lib/files/whole-file";
import { rememberedText } from "../../lib/lock/remembered-locks";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { UserError } from "../../lib/problem/problem";
import { uncut } from "../../lib/work/interruption";
import { lockLogLevel, mayLogLocks } from "../../lib/programs/lock-log";
import { runAttached } from "../../lib/programs/run-attached";
import { openBucket, withBucketOptions, type BucketOptions } from "../options/bucket-options";
import { flagsText } from "../options/printed-flags";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";
import { durationOption } from "../options/duration-option";
import { logAnnouncer, ownLockCommands, ownName } from "../options/own-lock";
import { auditIdentity } from "../options/audit-identity";
import { recordAudit } from "../options/audit-log";
import { releaseOrphan, settleLeftLock, wasCut } from "./left-locks";
import { chosenRegion } from "../options/region-option";

interface Options extends BucketOptions {
  readonly lockTimeout: string;
  readonly releaseOnCancel?: boolean;
  readonly remember?: string;
}

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
    `Statelock runs the command, and runs it again while the command only fails to take the lock: somebody holds it, 412 then 404, or 409. ${product()}'s own -lock-timeout gives up on the last two. If S3's answer was lost and the command left its own lock, Statelock releases that lock after its ID (from ${product()}'s log), user, host and time prove it. It releases no other. If the command fails or is killed and its lock is still there, Statelock names its key, its ID and the release command. Bucket options are for watching and releasing. Without them, Statelock uses the bucket that ${product()} names, in AWS_REGION. The command receives signals, and its exit code is returned. Standard output belongs to the command alone.`,
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
    .action(async (command: string[], options: Options) => {
      const lockTimeout = durationOption("--lock-timeout", options.lockTimeout);
      context.exitWith(await runLocked(runPort(context, command, options), lockTimeout));
    });
}

/**
 * Returns the port of a run: it starts the command, watches the lock in S3, and prints notes on standard error. `releaseOwn`
 * releases a lock of this run whose answer was lost, before the next attempt; `lookForLeft` looks for locks after the last.
 */
function runPort(context: CommandContext, command: readonly string[], options: Options): RunPort {
  const { colors } = context.terminal;
  const note = (text: string): void => {
    context.terminal.note(colors.dim(`statelock: ${text}`));
  };
  const record = (audit: object): string => recordAudit(context, audit);
  const remember = rememberer(context, options.remember);
  const who = ownName();
  const engine = engineOfCommand(command, context);
  speakOf(engine);
  const announce = logAnnouncer(context.terminal);
  return {
    run: async () => {
      const [name = "", ...args] = command;
      const startedAt = new Date();
      const cwd = context.workingDirectory;
      const env = context.environment;
      const onLog = (all: string): void => {
        remember?.(all);
        announce(all);
      };
      const logLevel = lockLogLevel({ name: engine });
      const { log, ...result } = await runAttached({ command: name, args, cwd, env, logLevel, onLog });
      return { ...result, locks: loggedLocks(log), who, startedAt, endedAt: new Date() };
    },
    releaseOwn: async (failure, ended) => {
      const place = placeOf(context, options, failure.bucket);
      if (place === undefined || !mayBeOwn(failure.id, ended)) return false;
      const store = lockStore(place);
      return uncut(`the lock of ${failure.stateKey}, ID ${failure.id}`, async () => {
        const { result, audit } = await releaseOrphan(store, failure, ended, { note, record }, async () => ({
          bucket: place.name,
          stateKey: failure.stateKey,
          by: await auditIdentity(place),
          at: store.now(),
          reason: "left by this run itself: S3's answer was lost",
        }));
        return audit !== null || result.outcome === "gone" || result.outcome === "already-free";
      });
    },
    lookForLeft: async (ended) => {
      for (const lock of ended.locks) {
        if (lock.place === undefined) continue;
        const { bucket, stateKey } = lock.place;
        const place = placeOf(context, options, bucket);
        const where = place ?? { name: bucket, region: undefined };
        const flags = flagsText({
          ...(options.inventory === undefined ? { bucket: where.name, region: where.region } : {}),
          ...options,
        });
        const { showCommand, releaseCommand } = ownLockCommands(context.program, "its run was stopped", bucket, flags);
        const command = (key: string, id: string | undefined): string =>
          id === undefined ? showCommand(key) : releaseCommand(key, id);
        const { releaseOnCancel: release = false } = options;
        const leaves = `the lock of s3://${bucket}/${stateKey}: ${command(stateKey, lock.id)}`;
        const settle = { release, command, note, record };
        if (place !== undefined) await uncut(leaves, () => settleLeftLock(place, lock, stateKey, ended, settle));
        else if (wasCut(ended))
          note(
            `the run may have left its lock${lock.id === undefined ? "" : `, ID ${lock.id}`}: ${command(stateKey, lock.id)}`,
          );
      }
    },
    refusesKey: async ({ locks: [lock] }) => {
      const at = lock?.place;
      const place = at === undefined ? undefined : placeOf(context, options, at.bucket);
      if (at === undefined || place === undefined) return false;
      if ((await s3Objects(place).honours()).takeAgain !== "no") return false;
      const { path, message, fix } = lockKeyRefused(`s3://${place.name}/${at.stateKey}${LOCK_SUFFIX}`);
      note(`${path} ${message}. ${fix}`);
      return true;
    },
    waitUntilFree: async (failure, milliseconds) => {
      const place = placeOf(context, options, failure.bucket);
      if (place === undefined) return "unknown";
      const request = {
        lockKey: failure.stateKey + LOCK_SUFFIX,
        timeout: milliseconds,
        clock: () => performance.now(),
      };
      const { outcome } = await waitForLock(lockStore(place), request);
      return outcome === "timed-out" ? "held" : outcome;
    },
    pause: async (milliseconds) => {
      await sleep(milliseconds);
    },
    clock: () => performance.now(),
    random: () => Math.random(),
    note,
  };
}

/** Returns the engine that a command starts: the one it names, otherwise the one that the caller or PATH names. */
function engineOfCommand([program = ""]: readonly string[], { engine }: CommandContext): EngineName {
  return /terraform|tofu/i.test(basename(program)) ? engineOf(program).name : engine.choose().name;
}

/** True if the run may have asked for the lock with this ID. A digest is compared with the lock's body later. */
function mayBeOwn(lockId: string, { locks }: Ended): boolean {
  return locks.some(({ id, sha256 }) => id === lockId || sha256 !== undefined);
}

/**
 * Returns a function that writes the locks in Terraform's log to a file. The file is there from the start, so that a later
 * step finds it.
 */
function rememberer(context: CommandContext, file: string | undefined): ((log: string) => void) | undefined {
  if (file === undefined) return undefined;
  if (!mayLogLocks(context.environment))
    throw usage("--remember", "must not be used with TF_LOG, TF_LOG_CORE or TF_LOG_PATH", "Unset them for this run.");
  const path = resolve(context.workingDirectory, file);
  writeWhole(path, rememberedText([]));
  return (log) => {
    writeWhole(path, rememberedText(loggedLocks(log)));
  };
}

/**
 * Returns where to watch and release locks: the bucket that the engine names. Undefined if the options or the inventory name
 * another bucket, or if the region is unknown.
 */
function placeOf(context: CommandContext, options: Options, bucket: string): BucketPlace | undefined {
  const place = configured(context, options);
  if (place !== undefined) return place.name === bucket ? place : undefined;
  const region = chosenRegion(undefined, context.environment);
  return region === undefined ? undefined : { name: bucket, region, account: undefined };
}

/** Returns the bucket of the options or of the inventory. Undefined if there is neither. */
function configured(context: CommandContext, options: Options): BucketPlace | undefined {
  try {
    return openBucket(context, options).place;
  } catch (error) {
    // Nobody asked for a bucket: the command runs without one.
    if (error instanceof UserError && options.bucket === undefined && options.inventory === undefined) return undefined;
    throw error;
  }
}
