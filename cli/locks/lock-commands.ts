import type { AwsPlace } from "../../lib/aws/connect";
import type { LockReport } from "../../lib/lock/lock-report";
import { shellQuoted } from "../../lib/text/shell-quoted";
import type { OpenedBucket } from "../options/bucket-options";

/** The names of the commands that `locks show` prints. */
export const LOCK_COMMANDS = ["wait", "inspect", "history", "release", "terraform"] as const;

type LockCommands = Partial<Record<(typeof LOCK_COMMANDS)[number], string>>;

/** Returns the commands for a lock, ready to paste. */
export function lockCommands(lock: LockReport, { place, flags }: OpenedBucket): LockCommands {
  const key = shellQuoted(lock.stateKey);
  const proof = lock.holder === null ? `--etag ${shellQuoted(lock.etag)}` : `--id ${shellQuoted(lock.holder.id)}`;
  const aws = `--bucket ${shellQuoted(place.name)}${awsFlags(place)}`;
  return {
    wait: `statelock locks wait ${key} --timeout 10m${flags}`,
    inspect: `aws s3api get-object ${aws} --key ${shellQuoted(lock.lockKey)} /dev/stdout`,
    history: `aws s3api list-object-versions ${aws} --prefix ${shellQuoted(lock.lockKey)}`,
    release: `statelock locks release ${key} ${proof} --reason 'why the holder is gone'${flags}`,
    ...(lock.alsoInDynamoDb && lock.holder !== null
      ? { terraform: `terraform force-unlock ${shellQuoted(lock.holder.id)}` }
      : {}),
  };
}

/** Returns the command that shows the lock of a state, ready to paste. */
export function showCommand(stateKey: string, { flags }: OpenedBucket): string {
  return `statelock locks show ${shellQuoted(stateKey)}${flags}`;
}

function awsFlags({ region, access }: AwsPlace): string {
  const flags = [
    ["region", region],
    ["profile", access?.profile],
    ["endpoint-url", access?.endpointUrl],
  ] as const;
  return flags.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${shellQuoted(value)}`])).join("");
}
