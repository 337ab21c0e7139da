import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { stateKeyOf } from "../../lib/inventory/state-owner";
import { parseRemembered, type RememberedLock } from "../../lib/lock/remembered-locks";
import { shown, UserError } from "../../lib/problem/problem";
import { openBucket, type BucketOptions, type OpenedBucket } from "../options/bucket-options";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";
import { shellQuoted } from "../../lib/text/shell-quoted";

/**
 * Returns the one lock that a file of `locks run --remember` names. Undefined if the run asked for no lock.
 * @param key chooses one of several locks
 * @throws UserError if the file is another one, or names several locks
 */
export function rememberedLock(
  { workingDirectory }: CommandContext,
  file: string,
  key: string | undefined,
): RememberedLock | undefined {
  const locks = parseRemembered(file, readFileSync(resolve(workingDirectory, file), "utf8"));
  if ("code" in locks) throw new UserError([locks], "unknown");
  const meant = locks.filter(({ bucket, stateKey }) => key === undefined || stateKeyOf(key, bucket) === stateKey);
  const keys = locks.map(({ stateKey }) => shown(stateKey)).join(", ");
  if (locks.length > 0 && meant.length === 0)
    throw usage("<key>", `must be a state whose lock ${file} names, got ${shown(key)}`, `It names ${keys}.`);
  if (meant.length > 1)
    throw usage("<key>", `must choose one of the ${String(meant.length)} locks in ${file}`, `Add one of ${keys}.`);
  return meant[0];
}

/** Opens the bucket of a lock: as the options or the inventory say, or by its name alone. @throws UserError if they name another */
export function openBucketOf(context: CommandContext, options: BucketOptions, bucket: string): OpenedBucket {
  const opened = named(context, options, bucket);
  if (opened.place.name === bucket) return opened;
  const got = shown(opened.place.name);
  throw usage(
    "--bucket",
    `must be the bucket of the lock, ${shown(bucket)}, got ${got}`,
    `Add --bucket ${shellQuoted(bucket)}.`,
  );
}

function named(context: CommandContext, options: BucketOptions, bucket: string): OpenedBucket {
  if (options.bucket !== undefined || options.inventory !== undefined) return openBucket(context, options);
  try {
    const opened = openBucket(context, options);
    if (opened.place.name === bucket) return opened;
  } catch (error) {
    // There is no inventory here.
    if (!(error instanceof UserError)) throw error;
  }
  return openBucket(context, { ...options, bucket });
}
