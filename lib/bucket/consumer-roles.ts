import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Construct } from "constructs";
import { IAM_PATH } from "../config/made-roles";
import type { Consumer } from "../config/state-home";
import { compactPolicyJson } from "../policy/policy-document";

/** Props of {@link ConsumerRoles}. */
interface ConsumerRolesProps {
  readonly consumer: Consumer;
}

/** The roles that the stack creates for one consumer's access levels. `ConsumerPolicies` attaches their policies. */
export class ConsumerRoles extends Construct {
  /** Each role, by the ARN that synth computed for it. */
  readonly roles: ReadonlyMap<string, IamRole>;
  /** ARN of each role, by `<consumer>.<level>`. */
  readonly arns: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ConsumerRolesProps) {
    super(scope, id);
    const { consumer } = props;
    const made = consumer.madeRoles.map(({ level, name, arn, trust, permissionsBoundary, maxSessionSeconds }) => {
      const role = new IamRole(this, level, {
        name,
        path: IAM_PATH,
        description: `Terraform state of ${consumer.name}: ${level}`,
        assumeRolePolicy: compactPolicyJson(trust),
        maxSessionDuration: maxSessionSeconds,
        ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      });
      return { level, arn, role };
    });
    this.roles = new Map(made.map(({ arn, role }) => [arn, role]));
    this.arns = Object.fromEntries(made.map(({ level, role }) => [`${consumer.name}.${level}`, role.arn]));
  }
}
