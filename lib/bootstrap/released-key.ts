import { program } from "../engine/spoken-engine";
import type { Inventory } from "../inventory/inventory";
import { UserError, type Problem } from "../problem/problem";
import { stateKeys } from "../state/state-keys";
import { forEachLimited } from "../work/for-each-limited";
import { CONNECTIONS, keysAt } from "./dropped-consumers";
import type { AwsPort, Plan } from "./bootstrap-ports";

/**
 * Returns a problem if a plan releases the created key while it encrypts a state: the consumer's roles could no longer read it.
 * It looks at current states alone. Earlier versions can need the key for years, and AWS keeps it.
 * @throws UserError if it could not find out how a state is encrypted
 */
export async function releasedKeyProblems(
  plan: Plan,
  { consumers, bucket }: Inventory,
  aws: AwsPort,
): Promise<Problem[]> {
  const released = plan.changes.find(({ type, action }) => type === "aws_kms_key" && action === "forget");
  if (released === undefined || !(await aws.bucketExists())) return [];
  const patterns = consumers.flatMap((consumer) => stateKeys(consumer.stateKey, consumer.workspaceKeyPrefix).states);
  const needing: string[] = [];
  const unknown: Problem[] = [];
  await forEachLimited(await keysAt(patterns, aws), CONNECTIONS, async (key) => {
    const place = `s3://${bucket.name}/${key}`;
    const encryption = await aws.encryption(key);
    if ("unreadable" in encryption) unknown.push(unknownEncryption(place, encryption.unreadable));
    else if (encryption.value?.keyArn === released.before["arn"]) needing.push(place);
  });
  if (unknown.length > 0) throw new UserError(unknown, "unknown");
  return needing.sort().map((place) => ({
    code: "destroys-data",
    path: released.address,
    message: `must stay while a state is encrypted with it, but the plan would release it: ${place}`,
    fix: `Set management: "kept" again. Give the root its new backend file, run ${program()} init -reconfigure, and let it write its state: docs/how-to/change-encryption.md. Statelock changed nothing.`,
  }));
}

function unknownEncryption(path: string, why: string): Problem {
  return {
    code: "destroys-data",
    path,
    message: `must be readable before the created key is released: ${why}`,
    fix: "Grant s3:GetObject on it to these credentials, then run the command again. Statelock changed nothing.",
  };
}
