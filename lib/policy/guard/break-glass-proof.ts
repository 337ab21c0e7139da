import { listOf, oneOrMany, type Condition, type Statement } from "../policy-document";
import { denyEverything, type GuardedBucket } from "./deny-everything";
import type { BreakGlassProof, ProvenBreakGlass } from "./guard-scope";

const UNPROVEN = "DenyUnprovenBreakGlass";

/**
 * The conditions of a session without the proof. A request signed with the access key of a user has no
 * `aws:MultiFactorAuthPresent` at all, and is without MFA as well.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const WITHOUT: Readonly<Record<BreakGlassProof, Condition>> = {
  mfa: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
  "source-identity": { Null: { "aws:SourceIdentity": "true" } },
};

/** Denies a bucket to break-glass principals without the proof. Returns no statement if the config requires no proof. */
export function denyUnprovenBreakGlass(scope: GuardedBucket & ProvenBreakGlass): Statement[] {
  return unproven(scope).map((condition) => denyEverything(scope, UNPROVEN, condition));
}

/** Denies these actions on a key to break-glass principals without the proof. */
export function denyUnprovenKeyChange(scope: ProvenBreakGlass, actions: readonly string[]): Statement[] {
  return unproven(scope).map((condition) => ({
    Sid: UNPROVEN,
    Effect: "Deny",
    Principal: "*",
    Action: actions,
    Resource: "*",
    Condition: condition,
  }));
}

/** Returns the principals of which a guard requires a proof. */
export function provenPrincipals(statements: readonly Statement[]): readonly string[] {
  const statement = statements.find(({ Sid }) => Sid === UNPROVEN);
  return listOf(statement?.Condition?.["ArnEquals"]?.["aws:PrincipalArn"]);
}

function unproven({ breakGlass, breakGlassRequires: proof }: ProvenBreakGlass): Condition[] {
  if (proof === undefined || breakGlass.length === 0) return [];
  return [{ ...WITHOUT[proof], ArnEquals: { "aws:PrincipalArn": oneOrMany(breakGlass) } }];
}
