import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { S3LockBackend } from "../lib/backend/s3-lock-backend";
import { bootstrapBackend } from "../lib/backend/backend-settings";
import { ConsumerPolicies } from "../lib/bucket/consumer-policies";
import { ConsumerRoles } from "../lib/bucket/consumer-roles";
import { isAccountRegional } from "../lib/config/account-regional-name";
import { forgetResources, type RemovedBlock } from "../lib/bucket/forget-resources";
import { LegacyTable } from "../lib/bucket/legacy-table";
import { LogBucket } from "../lib/bucket/log-bucket";
import { StateBucket } from "../lib/bucket/state-bucket";
import { StateKey } from "../lib/bucket/state-key";
import { guardGaps } from "../lib/home/home-guard";
import { permissionSetPolicies, type Papers } from "../lib/home/papers";
import { policyDocument } from "../lib/policy/policy-document";
import type { StateHome } from "../lib/config/state-home";
import { GUARD_VERSION } from "../lib/policy/guard/guard-version";
import { OWN_VERSION } from "../lib/text/own-version";
import { requireEngine, widenProvider } from "./provider-range";

/** Path of the local state, before the move into the bucket: the project's root, from cdktf.out/stacks/bootstrap. */
const LOCAL_STATE = "../../../terraform.bootstrap.tfstate";

/**
 * Props of {@link BootstrapStack}.
 * @example
 * const props: BootstrapStackProps = { papers: papersOf(home) };
 */
export interface BootstrapStackProps {
  readonly papers: Papers;
}

/**
 * The stack with the state bucket, everything that protects it, and the policies and roles of its users.
 * @example
 * new BootstrapStack(app, "bootstrap", { papers: papersOf(resolveStateHome(stateConfig)) });
 */
export class BootstrapStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: BootstrapStackProps) {
    super(scope, id);
    const { papers } = props;
    const { home } = papers;
    const { bucket: settings } = home;
    requireEngine(this, { ...home, partition: settings.partition });
    widenProvider(this, isAccountRegional(settings) ? "aws-with-namespace" : "aws");
    if (home.bootstrap.location === "bucket") new S3LockBackend(this, bootstrapBackend(home));
    else new LocalBackend(this, { path: LOCAL_STATE });

    new AwsProvider(this, "aws", {
      region: settings.region,
      allowedAccountIds: [settings.account],
      defaultTags: [{ tags: settings.tags }],
    });
    const kmsKeyArn = this.keyArn(papers);
    this.retire(papers);
    const logsReady = this.logBucket(papers)?.ready;
    const state = new StateBucket(this, "state", { settings, guard: papers.guard, kmsKeyArn, logsReady });

    this.legacyTable(home);
    const roles = home.consumers.map((consumer) => new ConsumerRoles(this, `roles-${consumer.name}`, { consumer }));
    const madeRoles = new Map(roles.flatMap((made) => [...made.roles]));
    const policies = papers.consumers.map(
      ({ consumer, managed }) =>
        new ConsumerPolicies(this, `consumer-${consumer.name}`, { consumer, managed, madeRoles }),
    );
    this.output("bucket_name", state.bucket.bucket, "Name of the state bucket.");
    this.output("bucket_arn", state.bucket.arn, "ARN of the state bucket.");
    this.output("bucket_region", settings.region, "Region of the state bucket.");
    this.output("statelock_version", OWN_VERSION, "Version of Statelock that made this stack.");
    this.output("guard_version", GUARD_VERSION, "Version of the guard: see docs/reference/guard.md.");
    if (kmsKeyArn !== undefined) this.output("kms_key_arn", kmsKeyArn, "ARN of the key that encrypts by default.");
    const gaps = guardGaps(home);
    if (gaps.length > 0)
      this.output("guard_gaps", gaps, "What the guard leaves open, with the setting that closes it.");
    this.output("policy_arns", merged(policies), "ARNs of the managed policies, by <consumer>.<level>.");
    const toReference = permissionSetPolicies(papers);
    if (Object.keys(toReference).length > 0)
      this.output("permission_set_policies", toReference, "Policies that permission sets must reference.");
    if (madeRoles.size > 0)
      this.output("role_arns", merged(roles), "ARNs of the created roles, by <consumer>.<level>.");
  }

  private keyArn({ home, keyPolicy: policy }: Papers): string | undefined {
    const { bucket: settings } = home;
    if (settings.encryption.type === "sse-s3") return undefined;
    if (settings.encryption.type === "existing-key") return settings.encryption.keyArn;
    const { alias } = settings.encryption;
    return policy && new StateKey(this, "key", { settings, alias, policy }).arn;
  }

  private logBucket({ home, logDelivery: policy }: Papers): LogBucket | undefined {
    const logs = home.bucket.accessLogs;
    return logs && policy && new LogBucket(this, "logs", { settings: home.bucket, logs, policy });
  }

  /** A retired key stays at the address of the created key; Terraform forgets a released key or log bucket. */
  private retire({ home, retiredKeyPolicy: policy }: Papers): void {
    const { retiredKey, retiredLogs: logs } = home.bucket;
    const removed: RemovedBlock[] = [];
    if (retiredKey !== undefined && policy !== undefined) {
      const key = new StateKey(this, "key", { settings: home.bucket, alias: retiredKey.alias, policy });
      if (retiredKey.management === "released") removed.push(...forgetResources(this, key));
    }
    if (logs !== undefined) {
      const logBucket = new LogBucket(this, "logs", { settings: home.bucket, logs, policy: policyDocument([]) });
      removed.push(...forgetResources(this, logBucket));
    }
    if (removed.length > 0) this.addOverride("removed", removed);
  }

  private legacyTable({ legacyTable: name, manageLegacyTable: management }: StateHome): void {
    if (name !== undefined && management !== undefined) new LegacyTable(this, "legacy", { name, management });
  }

  private output(name: string, value: unknown, description: string): void {
    new TerraformOutput(this, name, { value, description });
  }
}

function merged(consumers: readonly { readonly arns: Readonly<Record<string, string>> }[]): Record<string, string> {
  return Object.assign({}, ...consumers.map(({ arns }) => arns)) as Record<string, string>;
}
