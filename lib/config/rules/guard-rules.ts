import { product } from "../../engine/spoken-engine";
import { ACCESS_LEVELS } from "../../policy/access-level";
import { principalNameOf } from "../../policy/arn";
import { found, shown, type Problem } from "../../problem/problem";
import { principalArnProblems } from "./arn-rules";
import { breakGlassProofProblems } from "./break-glass-rules";
import { organizationRoleProblems } from "./organization-role-rules";
import { networkProblems } from "./network-rules";
import { rolesOfLevel } from "../made-roles";
import { repeatProblems } from "./repeat-problems";
import { placedRoles } from "./role-rules";
import type { BucketConfig, ConsumerConfig, GuardConfig, StateConfig } from "../state-config";

/** Checks the guard's settings. Refuses a guard that would deny the next deploy of the bootstrap stack. */
export function guardProblems(bucket: BucketConfig): Problem[] {
  const { guard } = bucket;
  if (guard === undefined) return [];
  return [
    ...(["deployers", "breakGlass"] as const).flatMap((field) => principalProblems(field, guard[field] ?? [], bucket)),
    ...accountProblems(guard.accounts ?? [], bucket),
    ...organizationProblems(guard.organization),
    ...unknownDeployerProblems(guard),
    ...breakGlassProofProblems(guard),
    ...networkProblems(guard),
    ...organizationRoleProblems(guard),
  ];
}

/**
 * Returns a problem for each principal that runs Terraform although the guard lets it release locks only by their ETag.
 * Terraform releases its lock without an ETag, so the principal would do its work and leave the lock.
 */
export function releaseProblems(config: StateConfig): Problem[] {
  const { bucket, consumers } = config;
  const { deployers = [], breakGlass = [], allow = [] } = bucket.guard ?? {};
  if (allow.includes("unconditional-release")) return [];
  const runners = new Set(
    [...deployers, ...consumers.flatMap((consumer) => terraformRoles(bucket, consumer))].map(iamIdentity),
  );
  const held = [
    ...breakGlass.map((principal, index) => ({ principal, path: `bucket.guard.breakGlass[${String(index)}]` })),
    ...consumers.flatMap((consumer, index) =>
      placedRoles(bucket, consumer, "unlocker").map(({ role, path }) => ({
        principal: role,
        path: `consumers[${String(index)}].${path}`,
      })),
    ),
  ];
  return held
    .filter(({ principal }) => runners.has(iamIdentity(principal)))
    .map(({ principal, path }) => ({
      code: "guard-release",
      path,
      message: `must not run ${product()} as well, got ${shown(principal)}: the guard lets it release a lock only by the lock's ETag, and ${product()} sends none, so each of its runs would leave its lock behind`,
      fix: `Use another role, or add "unconditional-release" to bucket.guard.allow. A role that runs ${product()} can release its own locks without this level.`,
    }));
}

/** Returns one text for every ARN of a principal: in an account IAM has each name once, whatever its path and case. */
function iamIdentity(principal: string): string {
  const name = principalNameOf(principal);
  return name === undefined ? principal : `${name.kind} ${name.account} ${name.name.toLowerCase()}`;
}

function terraformRoles(bucket: BucketConfig, consumer: ConsumerConfig): readonly string[] {
  const levels = ACCESS_LEVELS.filter((level) => level !== "reader" && level !== "unlocker");
  return [
    ...levels.flatMap((level) => rolesOfLevel(bucket, consumer, level)),
    ...(consumer.assumeRole === undefined ? [] : [consumer.assumeRole.roleArn]),
  ];
}

function principalProblems(
  field: "deployers" | "breakGlass",
  principals: readonly string[],
  bucket: BucketConfig,
): Problem[] {
  return principals.flatMap((principal, index) => {
    const path = `${field}[${String(index)}]`;
    return [...principalArnProblems(principal, path, bucket), ...repeatProblems(principals, index, path)];
  });
}

function accountProblems(accounts: readonly string[], bucket: BucketConfig): Problem[] {
  return accounts.flatMap((account, index) => {
    const path = `accounts[${String(index)}]`;
    return [
      ...found([
        !/^\d{12}$/.test(account) && {
          code: "account",
          path,
          message: `must be 12 digits, got ${shown(account)}`,
          fix: "Write the account ID as a string with its leading zeros.",
        },
        account === bucket.account && {
          code: "account",
          path,
          message: `must be another account than the bucket's, got ${shown(account)}`,
          fix: "Remove it: the guard never denies the bucket's own account.",
        },
      ]),
      ...repeatProblems(accounts, index, path),
    ];
  });
}

/** Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html */
function organizationProblems(organization: string | undefined): Problem[] {
  return found([
    organization !== undefined &&
      !/^o-[a-z0-9]{10,32}$/.test(organization) && {
        code: "organization",
        path: "organization",
        message: `must be the ID of an organization, o- and 10 to 32 lower-case letters or digits, got ${shown(organization)}`,
        fix: "Copy the ID from `aws organizations describe-organization`, not the ID of a root (r-) or a unit (ou-).",
      },
  ]);
}

function unknownDeployerProblems(guard: GuardConfig): Problem[] {
  const { deployers = [], breakGlass = [], allow = [], organizationPolicies = false } = guard;
  const guarded = !allow.includes("posture-changes") || !allow.includes("history-deletion");
  return found([
    deployers.length === 0 &&
      organizationPolicies && {
        code: "guard-lock-out",
        path: "organizationPolicies",
        message: `must not be set without deployers, got ${shown(organizationPolicies)}`,
        fix: "Name the deploying role in bucket.guard.deployers: these policies would keep everybody from changing the guard.",
      },
    deployers.length === 0 &&
      breakGlass.length > 0 &&
      guarded && {
        code: "guard-lock-out",
        path: "deployers",
        message: `must name the principal that deploys the bootstrap stack if breakGlass names one, got ${shown(deployers)}`,
        fix: 'Name the deploying role: a guard that lets only break-glass change the bucket denies your next deploy. Or set allow: ["history-deletion", "posture-changes"].',
      },
  ]);
}
