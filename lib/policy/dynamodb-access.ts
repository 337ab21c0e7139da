import type { AccessLevel } from "./access-level";
import { oneOrMany, type Statement } from "./policy-document";
import type { StateKeys } from "../state/state-keys";
import type { StateScope } from "./state-scope";

/** Suffix of a digest item. In the legacy table, a state has the lock item `<bucket>/<state key>` and a digest item. */
export const DIGEST_SUFFIX = "-md5";

/**
 * Returns the statements for the legacy table, limited to the items of one state. A client with `dynamodb_table` reads
 * the digest with every state, and must write it with every state: an outdated digest makes the next read fail. The
 * documentation of Terraform and OpenTofu asks for DescribeTable, but neither calls it.
 */
export function dynamoDbStatements(scope: StateScope, level: AccessLevel, keys: StateKeys): Statement[] {
  const items = keys.states.map((state) => `${scope.bucket}/${state}`);
  const digests = items.map((item) => item + DIGEST_SUFFIX);
  const workspaceDigests = digests.slice(1);
  const statement = (sid: string, actions: string[], leadingKeys: readonly string[]): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: `arn:${scope.partition}:dynamodb:${scope.region}:${scope.tableAccount ?? scope.account}:table/${scope.legacyTable ?? ""}`,
    Condition: {
      [`ForAllValues:${leadingKeys.some((key) => key.includes("*")) ? "StringLike" : "StringEquals"}`]: {
        "dynamodb:LeadingKeys": oneOrMany(leadingKeys),
      },
    },
  });

  const readDigest = statement("ReadDigest", ["dynamodb:GetItem"], digests);
  const lock = (actions: string[]): Statement => statement("LockItem", actions, items);
  const release = ["dynamodb:GetItem", "dynamodb:DeleteItem"];
  const take = [...release, "dynamodb:PutItem"];
  const writeDigest = statement("WriteDigest", ["dynamodb:GetItem", "dynamodb:PutItem"], digests);
  switch (level) {
    case "reader":
      return [readDigest];
    case "planner":
      return [readDigest, lock(take)];
    case "applier":
      return [writeDigest, lock(take)];
    case "workspace-admin":
      return [writeDigest, statement("DeleteDigest", ["dynamodb:DeleteItem"], workspaceDigests), lock(take)];
    case "unlocker":
      return [lock(release)];
  }
}
