import type { Inventory } from "../inventory/inventory";
import type { BootstrapRecord, DeployedHome } from "../record/bootstrap-record";
import { parseState } from "../state/parse-state";
import type { Progress } from "../work/progress";
import type { BootstrapPort } from "./bootstrap-ports";

/** Returns the ARN of the key in the bootstrap stack's state. Undefined if the state has no key. */
export function deployedKeyArn(stateText: string | undefined): string | undefined {
  return valuesIn(stateText)("aws_kms_key", "arn")[0];
}

/** Returns what is deployed: the key and the log bucket from the stack's state, the consumers from the inventory. */
export function deployedHome(stateText: string | undefined, inventory: Inventory): DeployedHome {
  const valuesOf = valuesIn(stateText);
  const [alias] = valuesOf("aws_kms_alias", "name");
  const [keyArn] = valuesOf("aws_kms_key", "arn");
  const logBucket = valuesOf("aws_s3_bucket", "bucket").find((name) => name !== inventory.bucket.name);
  return {
    encryption: inventory.bucket.encryption.type,
    ...(alias === undefined ? {} : { createdKey: { alias, ...(keyArn === undefined ? {} : { keyArn }) } }),
    ...(logBucket === undefined ? {} : { logBucket }),
    consumers: inventory.consumers.map(({ name, stateKey, workspaceKeyPrefix, policies }) => ({
      name,
      key: stateKey,
      ...(workspaceKeyPrefix === undefined ? {} : { workspaceKeyPrefix }),
      ...(policies.some(({ arn }) => arn !== undefined) ? { hasPolicies: true as const } : {}),
    })),
  };
}

/** Returns a reader of the state: the text values of an attribute, for each managed resource of a type. */
function valuesIn(stateText: string | undefined): (type: string, attribute: string) => string[] {
  const parsed = parseState(stateText ?? "");
  const objects = "state" in parsed ? [...parsed.state.objects.values()] : [];
  return (type, attribute) =>
    objects
      .filter(({ managedType }) => managedType === type)
      .map(({ attributes }) => attributes[attribute])
      .filter((value) => typeof value === "string");
}

/**
 * Updates the record's list of what is deployed from the stack's state. Does nothing if the list is up to date or there is no
 * record.
 */
export async function recordDeployed(
  { project }: BootstrapPort,
  stateText: string | undefined,
  inventory: Inventory,
  progress: Progress,
): Promise<void> {
  const record = project.readRecord();
  if (record === undefined) return;
  const updated: BootstrapRecord = { ...record, deployed: deployedHome(stateText, inventory) };
  if (JSON.stringify(updated) === JSON.stringify(record)) return;
  await progress("Record what is deployed", () => {
    project.writeRecord(updated);
    return Promise.resolve();
  });
}
