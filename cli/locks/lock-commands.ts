import { program as engineProgram } from "../../lib/engine/spoken-engine";
import type { AwsPlace } from "../../lib/aws/connect";
import { keyArgument } from "../../lib/inventory/state-owner";
import { lockIdOf, type LockReport } from "../../lib/lock/lock-report";
import { shellQuoted } from "../../lib/text/shell-quoted";
import type { OpenedBucket } from "../options/bucket-options";

/** The names of the commands that `locks show` prints. */
export const LOCK_COMMANDS = ["wait", "inspect", "history", "release", "terraform"] as const;

type LockCommands = Partial<Record<(typeof LOCK_COMMANDS)[number], string>>;

/** Returns the commands for a lock, ready to paste. */
export function lockCommands(lock: LockReport, { place, inventory, flags, program }: OpenedBucket): LockCommands {
  const key = shellQuoted(keyArgument(lock.stateKey, place.name, inventory));
  const id = lockIdOf(lock);
  const proof = id === undefined ? `--etag ${shellQuoted(lock.etag)}` : `--id ${shellQuoted(id)}`;
  const aws = `--bucket ${shellQuoted(place.name)}${awsFlags(place)}`;
  return {
    wait: `${program} locks wait ${key} --timeout 10m${flags}`,
    inspect: `aws s3api get-object ${aws} ${awsKey("key", lock.lockKey)} /dev/stdout`,
    history: `aws s3api list-object-versions ${aws} ${awsKey("prefix", lock.lockKey)}`,
    release: `${program} locks release ${key} ${proof} --reason 'why the holder is gone'${flags}`,
    ...(lock.alsoInDynamoDb && id !== undefined
      ? { terraform: `${engineProgram()} force-unlock ${id.startsWith("-") ? "-- " : ""}${shellQuoted(id)}` }
      : {}),
  };
}

/** Returns the command that shows the lock of a state, ready to paste. */
export function showCommand(stateKey: string, { place, inventory, flags, program }: OpenedBucket): string {
  return `${program} locks show ${shellQuoted(keyArgument(stateKey, place.name, inventory))}${flags}`;
}

/** Returns a key as an option of the AWS CLI, which reads a value such as `file://x` from a file. */
function awsKey(option: "key" | "prefix", key: string): string {
  if (!/^(-|fileb?:\/\/|https?:\/\/)/.test(key)) return `--${option} ${shellQuoted(key)}`;
  const name = option === "key" ? "Key" : "Prefix";
  return `--cli-input-json ${shellQuoted(JSON.stringify({ [name]: key }))}`;
}

function awsFlags({ region, access }: AwsPlace): string {
  const flags = [
    ["region", region],
    ["profile", access?.profile],
    ["endpoint-url", access?.endpointUrl],
  ] as const;
  return flags.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${shellQuoted(value)}`])).join("");
}
