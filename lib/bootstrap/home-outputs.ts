import type { Inventory } from "../inventory/inventory";
import { parseState } from "../state/parse-state";

/** An output of the bootstrap stack that an operator does something with. */
export interface HomeOutput {
  readonly name: string;
  readonly value: unknown;
  /** What to do with the value. */
  readonly next: string;
}

/** What to do with each output. An output without an entry is for other stacks, and is not shown. */
const NEXT: Readonly<Record<string, (value: unknown, inventory: Inventory) => string>> = {
  kms_key_arn: (value, { bucket }) =>
    bucket.encryption.keyArn === value
      ? "encrypts the states; backends and policies name it"
      : "run `statelock bootstrap`: it records the ARN, and backends and policies then name the key",
  guard_gaps: () => "what the bucket policy leaves open, each with the setting that closes it",
  role_arns: () => "let the CI of each consumer assume its role",
  permission_set_policies: () => "reference each policy in its permission set, by name and path",
  guard_version: () => "version of the bucket policy; `statelock verify` reports a bucket with an older one",
  statelock_version: () => "version that deployed the bucket; deploy with it or a later one",
};

/**
 * Returns the outputs in the bootstrap stack's state that an operator needs, in the order of {@link NEXT}. Leaves out empty
 * and sensitive outputs.
 */
export function homeOutputs(stateText: string | undefined, inventory: Inventory): HomeOutput[] {
  const parsed = parseState(stateText ?? "");
  if (!("state" in parsed)) return [];
  const { outputs } = parsed.state;
  return Object.entries(NEXT).flatMap(([name, next]) => {
    const output = outputs.get(name);
    if (output === undefined || output.sensitive || isEmpty(output.value)) return [];
    return [{ name, value: output.value, next: next(output.value, inventory) }];
  });
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
