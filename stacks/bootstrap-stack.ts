import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { S3LockBackend } from "../lib/backend/s3-lock-backend";
import { bootstrapBackend } from "../lib/backend/backend-settings";
import { ConsumerPolicies } from "../lib/bucket/consumer-policies";
import { ConsumerRoles } from "../lib/bucket/consumer-roles";
import { LegacyTable } from "../lib/bucket/legacy-table";
import { LogBucket } from "../lib/bucket/log-bucket";
import { StateBucket } from "../lib/bucket/state-bucket";
import { StateKey } from "../lib/bucket/state-key";
import { guardGaps, homeGuard, homeKeyPolicy } from "../lib/home/home-guard";
import { permissionSetPolicies } from "../lib/home/home-policies";
import type { StateBucketSettings, StateHome } from "../lib/config/state-home";
import { requireTerraform, widenAwsProvider } from "./provider-range";

/** Where the stack's state is before it is in the bucket: the project's root, seen from cdktf.out/stacks/bootstrap. */
const LOCAL_STATE = "../../../terraform.bootstrap.tfstate";

/** What a {@link BootstrapStack} is made from. */
export interface BootstrapStackProps {
  readonly home: StateHome;
}

/** The state bucket, everything that protects it, and the policies of those who use it. */
export class BootstrapStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: BootstrapStackProps) {
    super(scope, id);
    const { home } = props;
    const { bucket: settings } = home;
    requireTerraform(this);
    widenAwsProvider(this);
    if (home.bootstrap.location === "bucket") new S3LockBackend(this, bootstrapBackend(home));
    else new LocalBackend(this, { path: LOCAL_STATE });

    new AwsProvider(this, "aws", {
      region: settings.region,
      allowedAccountIds: [settings.account],
      defaultTags: [{ tags: settings.tags }],
    });
    const kmsKeyArn = this.keyArn(home);
    const logsReady = this.logBucket(settings)?.ready;
    const state = new StateBucket(this, "state", { settings, guard: homeGuard(home), kmsKeyArn, logsReady });

    this.legacyTable(home);
    const roles = home.consumers.map((consumer) => new ConsumerRoles(this, `roles-${consumer.name}`, { consumer }));
    const madeRoles = new Map(roles.flatMap((made) => [...made.roles]));
    const policies = home.consumers.map(
      (consumer) => new ConsumerPolicies(this, `consumer-${consumer.name}`, { home, consumer, madeRoles }),
    );
    this.output("bucket_name", state.bucket.bucket, "Name of the state bucket.");
    this.output("bucket_arn", state.bucket.arn, "ARN of the state bucket.");
    this.output("bucket_region", settings.region, "Region of the state bucket.");
    if (kmsKeyArn !== undefined) this.output("kms_key_arn", kmsKeyArn, "ARN of the key that encrypts by default.");
    const gaps = guardGaps(home);
    if (gaps.length > 0) this.output("guard_gaps", gaps, "What the guard leaves open, and what closes it.");
    this.output("policy_arns", merged(policies), "ARNs of the managed policies, by <consumer>.<level>.");
    const toReference = permissionSetPolicies(home);
    if (Object.keys(toReference).length > 0)
      this.output("permission_set_policies", toReference, "What permission sets must reference: Statelock cannot.");
    if (madeRoles.size > 0) this.output("role_arns", merged(roles), "ARNs of the made roles, by <consumer>.<level>.");
  }

  private keyArn(home: StateHome): string | undefined {
    const { encryption } = home.bucket;
    if (encryption.type === "sse-s3") return undefined;
    if (encryption.type === "existing-key") return encryption.keyArn;
    return new StateKey(this, "key", {
      settings: home.bucket,
      alias: encryption.alias,
      policy: homeKeyPolicy(home),
    }).arn;
  }

  private logBucket(settings: StateBucketSettings): LogBucket | undefined {
    const logs = settings.accessLogs;
    return logs?.created === true ? new LogBucket(this, "logs", { settings, logs }) : undefined;
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
