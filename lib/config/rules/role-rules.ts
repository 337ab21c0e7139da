import { parseArn, roleName } from "../../policy/arn";
import { TRUST_POLICY_QUOTA } from "../../policy/size-limits";
import { issuerOf } from "../../policy/trust-policy";
import { below, found, shown, type Problem } from "../../problem/problem";
import { partitionProblems, principalArnProblems } from "./arn-rules";
import { CONFIG_DEFAULTS } from "../config-defaults";
import { configuredRoles, IAM_PATH, madeRoleArn, madeRoleName, rolesOfLevel } from "../made-roles";
import { claimProblems, GITHUB_ISSUER, pullRequestProblems, subjectProblems } from "./oidc-rules";
import { repeatProblems } from "./repeat-problems";
import type { BucketConfig, ConsumerConfig, RoleConfig, StateConfig, TrustConfig } from "../state-config";

/** Most seconds of a session. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, MaxSessionDuration */
const MOST_SESSION_SECONDS = 43200;

/** Checks the settings that all made roles share. */
export function madeRolesProblems({ bucket, madeRoles }: StateConfig): Problem[] {
  const { githubActions, permissionsBoundary, trustPolicyQuota: quota } = madeRoles ?? {};
  const { default: least, most } = TRUST_POLICY_QUOTA;
  return [
    ...(githubActions === undefined ? [] : providerProblems(githubActions.provider, bucket)),
    ...(githubActions?.audience === undefined ? [] : audienceProblems(githubActions.audience)),
    ...boundaryProblems(permissionsBoundary, bucket),
    ...found([
      quota !== undefined &&
        (quota < least || quota > most) && {
          code: "trust-quota",
          path: "trustPolicyQuota",
          message: `must be ${String(least)} to ${String(most)}, got ${String(quota)}`,
          fix: `Remove it, unless AWS raised "Role trust policy length" in this account (\`aws service-quotas\`). The default is ${String(least)}.`,
        },
    ]),
  ];
}

/** Checks the roles that the bootstrap stack creates for one consumer, without the other consumers. */
export function roleProblems(consumer: ConsumerConfig, config: StateConfig): Problem[] {
  const { bucket } = config;
  return configuredRoles(consumer).flatMap(({ level, role }) => {
    const arn = madeRoleArn(bucket, consumer.name, level, role);
    return below(`roles.${level}`, [
      ...nameProblems(madeRoleName(bucket.name, consumer.name, level, role), role),
      ...below("trust", [...trustProblems(role.trust, config), ...pullRequestProblems(role.trust, level)]),
      ...boundaryProblems(role.permissionsBoundary, bucket),
      ...sessionProblems(role.maxSessionSeconds),
      ...found([
        level === "workspace-admin" &&
          consumer.workspaceKeyPrefix === undefined && {
            code: "workspace-admin",
            path: "",
            message: "must not be set without workspaceKeyPrefix, got a role",
            fix: "Set workspaceKeyPrefix: without it, the consumer has no workspaces to administer.",
          },
        consumer.access?.[level]?.includes(arn) === true && {
          code: "duplicate-role",
          path: "",
          message: `must not be in access.${level} as well, got ${shown(arn)} there`,
          fix: `Remove it from access.${level}: a made role has its level already.`,
        },
      ]),
    ]);
  });
}

/** Returns a problem for each made role whose name another role of the account has. IAM ignores path and case. */
export function roleCollisionProblems({ bucket, consumers }: StateConfig): Problem[] {
  const made = consumers.flatMap((consumer, index) =>
    configuredRoles(consumer).map(({ level, role }) => ({
      path: `consumers[${String(index)}].roles.${level}`,
      arn: madeRoleArn(bucket, consumer.name, level, role),
    })),
  );
  const { deployers = [], breakGlass = [] } = bucket.guard ?? {};
  const named = [
    ...consumers.flatMap(({ access = {} }) => Object.values(access).flat()),
    ...deployers,
    ...breakGlass,
  ].filter((arn) => isRoleOf(arn, bucket.account));
  return made.flatMap(({ path, arn }, index) => {
    const others = [...made.slice(0, index).map((other) => other.arn), ...named.filter((other) => other !== arn)];
    const taken = others.find((other) => roleName(other).toLowerCase() === roleName(arn).toLowerCase());
    return found([
      taken !== undefined && {
        code: "role-name",
        path,
        message: `must have a unique name in the account, got ${shown(roleName(arn))}, and ${shown(taken)} has it`,
        fix: `Set another name: IAM compares role names without path and case. Made roles have the path ${IAM_PATH}.`,
      },
    ]);
  });
}

/** Returns every role with an access level of a consumer, and its place in the config. */
export function placedRoles(
  bucket: BucketConfig,
  consumer: ConsumerConfig,
  level: keyof NonNullable<ConsumerConfig["access"]>,
): { role: string; path: string }[] {
  const named = consumer.access?.[level]?.length ?? 0;
  return rolesOfLevel(bucket, consumer, level).map((role, index) => ({
    role,
    path: index < named ? `access.${level}[${String(index)}]` : `roles.${level}`,
  }));
}

function isRoleOf(text: string, account: string): boolean {
  const arn = parseArn(text);
  return arn?.account === account && arn.resource.startsWith("role/");
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function nameProblems(name: string, role: RoleConfig): Problem[] {
  return found([
    !/^[\w+=,.@-]{1,64}$/.test(name) && {
      code: "role-name",
      path: "name",
      message: `must be 1 to 64 letters, digits or +=,.@-_, got ${String(name.length)} in ${shown(name)}`,
      fix: role.name === undefined ? "Set name: the default is too long for this bucket." : "Shorten or correct it.",
    },
  ]);
}

function trustProblems(trust: TrustConfig, { bucket, madeRoles }: StateConfig): Problem[] {
  if (trust.type === "principals") {
    return [
      ...emptyProblems(trust.principals, "principals", "principal-arn"),
      ...trust.principals.flatMap((principal, index) => {
        const path = `principals[${String(index)}]`;
        return [
          ...principalArnProblems(principal, path, bucket, "any-account"),
          ...repeatProblems(trust.principals, index, path),
        ];
      }),
    ];
  }
  return [
    ...emptyProblems(trust.subjects, "subjects", "oidc-subject"),
    ...trust.subjects.flatMap((subject, index) => {
      const path = `subjects[${String(index)}]`;
      return [...subjectProblems(subject, path), ...repeatProblems(trust.subjects, index, path)];
    }),
    ...claimProblems(trust.claims ?? {}, issuerOf(madeRoles?.githubActions?.provider ?? "")),
    ...found([
      madeRoles?.githubActions === undefined && {
        code: "oidc-provider",
        path: "type",
        message: 'must not be "github-actions" without madeRoles.githubActions, got none',
        fix: "Add madeRoles: { githubActions: { provider: <ARN of the OIDC provider in this account> } } to the config.",
      },
    ]),
  ];
}

function emptyProblems(values: readonly string[], path: string, code: string): Problem[] {
  return found([
    values.length === 0 && {
      code,
      path,
      message: "must hold at least one entry, got []",
      fix: "Name who may assume the role, or remove the role.",
    },
  ]);
}

function providerProblems(provider: string, bucket: BucketConfig): Problem[] {
  const path = "githubActions.provider";
  const at = (message: string, fix: string): Problem => ({ code: "oidc-provider", path, message, fix });
  const arn = parseArn(provider);
  if (arn?.service !== "iam" || !arn.resource.startsWith("oidc-provider/") || !GITHUB_ISSUER.test(issuerOf(provider))) {
    return [
      at(
        `must be the ARN of GitHub's OIDC provider, got ${shown(provider)}`,
        "Use arn:<partition>:iam::<account>:oidc-provider/token.actions.githubusercontent.com (`aws iam list-open-id-connect-providers` prints it).",
      ),
    ];
  }
  return [
    ...partitionProblems(arn, provider, path, bucket),
    ...found([
      arn.account !== bucket.account &&
        at(
          `must be in the bucket's account ${bucket.account}, where Statelock creates the roles, got ${shown(provider)}`,
          "Create the provider in that account: a role trusts only providers of its own account.",
        ),
    ]),
  ];
}

function audienceProblems(audience: string): Problem[] {
  return found([
    (!/^[\w.:/@-]{1,255}$/.test(audience) || GITHUB_ISSUER.test(audience.replace(/^https:\/\//, ""))) && {
      code: "oidc-audience",
      path: "githubActions.audience",
      message: `must be one audience, exactly as in the token's aud, got ${shown(audience)}`,
      fix: "Remove it, or use the `audience` that the workflow requests, not the issuer. aws-actions/configure-aws-credentials requests sts.amazonaws.com.",
    },
  ]);
}

function boundaryProblems(boundary: string | undefined, bucket: BucketConfig): Problem[] {
  if (boundary === undefined) return [];
  const path = "permissionsBoundary";
  const at = (message: string, fix: string): Problem => ({ code: "role-boundary", path, message, fix });
  const arn = parseArn(boundary);
  if (
    arn?.service !== "iam" ||
    arn.region !== "" ||
    !/^policy\/([!#&-)+->@-[\]-z|~]+\/)?[\w+=,.@-]{1,128}$/.test(arn.resource)
  ) {
    return [
      at(
        `must be the ARN of a managed policy, got ${shown(boundary)}`,
        "Use arn:<partition>:iam::<account>:policy/<name>. The policy must exist, and allow what the level needs.",
      ),
    ];
  }
  return [
    ...partitionProblems(arn, boundary, path, bucket),
    ...found([
      arn.account !== bucket.account &&
        arn.account !== "aws" &&
        at(
          `must be a policy of the bucket's account ${bucket.account} or of AWS, got ${shown(boundary)}`,
          "Use a policy of that account: IAM accepts no other.",
        ),
    ]),
  ];
}

function sessionProblems(seconds: number | undefined): Problem[] {
  const least = CONFIG_DEFAULTS.maxSessionSeconds;
  return found([
    seconds !== undefined &&
      (seconds < least || seconds > MOST_SESSION_SECONDS) && {
        code: "session-limit",
        path: "maxSessionSeconds",
        message: `must be ${String(least)} to ${String(MOST_SESSION_SECONDS)} seconds, got ${String(seconds)}`,
        fix: "Remove it for one hour. To get a shorter session, request it when you assume the role.",
      },
  ]);
}
