import type { AccessLevel } from "./access-level";
import { oneOrMany, type Statement } from "./policy-document";
import type { StateKeys } from "../state/state-keys";
import type { StateScope } from "./state-scope";

/** The digest item of a state in the legacy table is `<bucket>/<state key>-md5`, its lock item `<bucket>/<state key>`. */
export const DIGEST_SUFFIX = "-md5";

/**
 * Item actions on the legacy table, by leading key. Whoever has `dynamodb_table` set reads the digest with every state
 * and must write it with every state: a digest that is not written makes the next read fail. DescribeTable, which both
 * vendors' documentation asks for, is never called.
 */
export function dynamoDbStatements(scope: StateScope, level: AccessLevel, keys: StateKeys): Statement[] {
  const items = keys.states.map((state) => `${scope.bucket}/${state}`);
  const digests = items.map((item) => item + DIGEST_SUFFIX);
  const workspaceDigests = digests.slice(1);
  const statement = (sid: string, actions: string[], leadingKeys: readonly string[]): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: `arn:${scope.partition}:dynamodb:${scope.region}:${scope.account}:table/${scope.legacyTable ?? ""}`,
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
