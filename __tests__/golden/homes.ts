import type { StateConfig } from "../../lib/config/state-config";
import type { StateHome } from "../../lib/config/state-home";
import { resolveStateHome } from "../../lib/home/resolve-home";
import { stateConfig } from "../../state.config";

function role(name: string): string {
  return `arn:aws:iam::123456789012:role/${name}`;
}

/** A created key, a consumer with its own key, access logs. */
const kms: StateConfig = {
  bucket: {
    name: "acme-tfstate",
    region: "eu-central-1",
    account: "123456789012",
    encryption: { type: "created-key" },
    history: { days: 30, newestVersions: 20 },
    accessLogs: { days: 90 },
    tags: { managed_by: "statelock", "cost:center": "4711" },
  },
  consumers: [
    // Encrypted with the bucket's key, whose alias is all that is known before the first deploy.
    { name: "demo", type: "cdktf" },
    {
      name: "payments",
      kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555",
      access: { planner: ["arn:aws:iam::123456789012:role/payments-plan"] },
    },
  ],
};

/** GovCloud, an existing key, logs in another bucket, roles that Statelock makes, the bootstrap state in the bucket. */
const govcloud: StateConfig = {
  bucket: {
    name: "acme-gov-tfstate",
    region: "us-gov-west-1",
    account: "123456789012",
    encryption: {
      type: "existing-key",
      keyArn: "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef",
    },
    accessLogs: { bucket: "acme-gov-logs", prefix: "tfstate/" },
    eventBridge: true,
  },
  madeRoles: {
    githubActions: {
      provider: "arn:aws-us-gov:iam::123456789012:oidc-provider/token.actions.githubusercontent.com/acme",
    },
    permissionsBoundary: "arn:aws-us-gov:iam::123456789012:policy/boundary",
  },
  locking: "both",
  legacyTable: "terraform-locks",
  consumers: [
    { name: "demo", type: "cdktf" },
    {
      name: "app",
      workspaceKeyPrefix: "app/ws",
      assumeRole: { roleArn: "arn:aws-us-gov:iam::123456789012:role/app-state" },
      access: { applier: ["arn:aws-us-gov:iam::123456789012:role/app-apply"] },
      roles: {
        planner: {
          trust: {
            type: "github-actions",
            subjects: ["repo:acme@1/app@2:pull_request", "repo:acme@1/app@2:ref:refs/heads/main"],
          },
        },
        unlocker: {
          trust: { type: "principals", principals: ["arn:aws-us-gov:iam::210987654321:role/on-call"] },
          name: "app-unlock",
          permissionsBoundary: "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess",
          maxSessionSeconds: 7200,
        },
      },
    },
  ],
};

/** Twelve consumers: every way of locking, every access level, keys and names that are close to each other. */
const many: StateConfig = {
  bucket: {
    name: "acme-tfstate",
    region: "eu-central-1",
    account: "123456789012",
    bootstrapKey: "home/bootstrap.tfstate",
  },
  legacyTable: "terraform-locks",
  managedPolicies: "attached",
  consumers: [
    { name: "demo", type: "cdktf" },
    {
      name: "network",
      type: "cdktf",
      workspaceKeyPrefix: "network/workspaces",
      readerRole: { roleArn: role("network-reader"), externalId: "acme:network", sessionName: "outputs" },
      access: {
        reader: [role("everybody")],
        planner: [role("ci/plan")],
        applier: [role("ci/apply"), role("ops")],
        "workspace-admin": [role("network-admin")],
        unlocker: [role("on-call")],
      },
    },
    { name: "dns", assumeRole: { roleArn: "arn:aws:iam::210987654321:role/dns-state" } },
    // These two share Terraform's default prefix, which is fine because neither key ends in the other.
    { name: "shop", key: "shop/terraform.tfstate", workspaceKeyPrefix: "env:" },
    { name: "billing", key: "billing/terraform.tfstate", workspaceKeyPrefix: "env:" },
    {
      name: "leaving",
      locking: "both",
      workspaceKeyPrefix: "leaving/ws",
      access: { "workspace-admin": [role("ops")] },
    },
    { name: "staying", locking: "dynamodb", access: { planner: [role("ci/plan")], unlocker: [role("on-call")] } },
    { name: "A-b", key: "teams/a/Prod (1)/é.tfstate" },
    { name: "a_b" },
    { name: "ab" },
    { name: "data", key: "data.tfstate", access: { applier: [role("ci/apply")] } },
    { name: "logs", key: "platform/logs/state", access: { reader: [role("everybody")] } },
  ],
};

/** The homes with golden files, by the name of their folder. */
export const GOLDEN_HOMES: Readonly<Record<string, StateHome>> = {
  default: resolveStateHome(stateConfig),
  kms: resolveStateHome(kms),
  govcloud: resolveStateHome(govcloud, { environment: { STATELOCK_BOOTSTRAP_STATE: "bucket" } }),
  many: resolveStateHome(many),
};
