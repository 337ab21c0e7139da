import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { StateBucketSettings } from "../config/state-home";
import { terraformPolicyJson, type PolicyDocument } from "../policy/policy-document";

/** Props of {@link StateKey}. */
interface StateKeyProps {
  readonly settings: StateBucketSettings;
  /** Begins with `alias/`. */
  readonly alias: string;
  readonly policy: PolicyDocument;
}

/** The KMS key of the state bucket, with yearly rotation. Terraform refuses to delete it; a deletion takes 30 days. */
export class StateKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: StateKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "key", {
      description: `Terraform states and locks in ${props.settings.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: terraformPolicyJson(props.policy),
      lifecycle: { preventDestroy: true },
    });
    new KmsAlias(this, "alias", { name: props.alias, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
