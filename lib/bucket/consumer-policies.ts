import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import type { ConsumerPapers } from "../home/consumer-papers";
import { IAM_PATH } from "../config/made-roles";
import { roleName } from "../policy/arn";
import { compactPolicyJson } from "../policy/policy-document";

/** Props of {@link ConsumerPolicies}. */
interface ConsumerPoliciesProps extends Pick<ConsumerPapers, "consumer" | "managed"> {
  /** Roles that the same stack creates, by ARN. @default - none */
  readonly madeRoles?: ReadonlyMap<string, IamRole>;
}

/** The managed policies of one consumer's access levels, attached to their roles. */
export class ConsumerPolicies extends Construct {
  /** ARN of each managed policy, by `<consumer>.<level>`. */
  readonly arns: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ConsumerPoliciesProps) {
    super(scope, id);
    const { consumer, managed } = props;
    const arns = managed.map(({ level, name, document, roles }) => {
      const policy = new IamPolicy(this, level, {
        name,
        path: IAM_PATH,
        description: `Terraform state of ${consumer.name}: ${level}`,
        policy: compactPolicyJson(document),
      });
      for (const role of roles) {
        new IamRolePolicyAttachment(this, `${level}-${roleName(role)}`, {
          role: props.madeRoles?.get(role)?.name ?? roleName(role),
          policyArn: policy.arn,
        });
      }
      return [`${consumer.name}.${level}`, policy.arn] as const;
    });
    this.arns = Object.fromEntries(arns);
  }
}
