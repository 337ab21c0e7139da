import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockStore } from "../../lib/aws/lock-store";
import { s3Objects } from "../../lib/aws/s3-objects";
import { lockKeyRefused } from "../../lib/lock/store-honours";
import { engineOf, type EngineName } from "../../lib/engine/engine";
import { speakOf } from "../../lib/engine/spoken-engine";
import { loggedLocks } from "../../lib/lock/own-orphan";
import { type Ended, type RunPort } from "../../lib/lock/retry-while-locked";
import { waitForLock } from "../../lib/lock/wait-for-lock";
import { writeWhole } from "../../lib/files/whole-file";
import { rememberedText } from "../../lib/lock/remembered-locks";
import { LOCK_SUFFIX } from "../../lib/state/state-keys";
import { uncut } from "../../lib/work/interruption";
import { lockLogLevel, mayLogLocks } from "../../lib/programs/lock-log";
import { runAttached } from "../../lib/programs/run-attached";
import { type BucketOptions } from "../options/bucket-options";
import { flagsText } from "../options/printed-flags";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";
import { logAnnouncer, ownLockCommands, ownName } from "../options/own-lock";
import { auditIdentity } from "../options/audit-identity";
import { recordAudit } from "../options/audit-log";
import { releaseOrphan, settleLeftLock, wasCut } from "./left-locks";
import { runPlace } from "./run-place";

/** The options of `locks run`. */
export interface RunOptions extends BucketOptions {
  readonly lockTimeout: string;
  readonly releaseOnCancel?: boolean;
  readonly remember?: string;
}

/**
 * Returns the port of a run: it starts the command, watches the lock in S3, and prints notes on standard error. `releaseOwn`
 * releases a lock of this run whose answer was lost, before the next attempt; `lookForLeft` looks for locks after the last.
 */
export function runPort(context: CommandContext, command: readonly string[], options: RunOptions): RunPort {
  const { colors } = context.terminal;
  const note = (text: string): void => {
    context.terminal.note(colors.dim(`statelock: ${text}`));
  };
  const record = (audit: object): string => recordAudit(context, audit);
  const remember = rememberer(context, options.remember, note);
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
      const place = runPlace(context, options, failure.bucket);
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
        // A shell may end with 0 although its engine was killed, or still runs.
        if (lock.place === undefined || (ended.code === 0 && lock.isReleased === true)) continue;
        const { bucket, stateKey } = lock.place;
        const place = runPlace(context, options, bucket);
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
      const place = at === undefined ? undefined : runPlace(context, options, at.bucket);
      if (at === undefined || place === undefined) return false;
      if ((await s3Objects(place).honours()).takeAgain !== "no") return false;
      const { path, message, fix } = lockKeyRefused(`s3://${place.name}/${at.stateKey}${LOCK_SUFFIX}`);
      note(`${path} ${message}. ${fix}`);
      return true;
    },
    waitUntilFree: async (failure, milliseconds) => {
      const place = runPlace(context, options, failure.bucket);
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
function rememberer(
  context: CommandContext,
  file: string | undefined,
  note: (text: string) => void,
): ((log: string) => void) | undefined {
  if (file === undefined) return undefined;
  if (!mayLogLocks(context.environment))
    throw usage("--remember", "must not be used with TF_LOG, TF_LOG_CORE or TF_LOG_PATH", "Unset them for this run.");
  const path = resolve(context.workingDirectory, file);
  writeWhole(path, rememberedText([]));
  let hasFailed = false;
  // The command runs under its lock: a file that cannot be written any more must not end it.
  return (log) => {
    try {
      writeWhole(path, rememberedText(loggedLocks(log)));
    } catch (error) {
      if (!hasFailed) note(`could not write ${path}: ${error instanceof Error ? error.message : String(error)}`);
      hasFailed = true;
    }
  };
}
