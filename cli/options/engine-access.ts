import { accessEnvironment } from "../../lib/aws/access-environment";
import { awsError } from "../../lib/aws/aws-problem";
import type { AwsAccess } from "../../lib/aws/connect";
import { shown } from "../../lib/problem/problem";
import type { CommandContext } from "../screen/command-context";
import type { BucketOptions } from "./shared-options";
import { usage } from "./usage-problem";

/** Returns the identity that the options name. @throws UserError if a value cannot be one */
export function accessOf({ profile, roleArn }: Pick<BucketOptions, "profile" | "roleArn">): AwsAccess {
  if (profile?.trim() === "")
    throw usage("--profile", "must name a profile, got nothing", "Add the name, or remove the option.");
  if (roleArn !== undefined && !/^arn:[a-z-]+:iam::\d{12}:role\/.+/.test(roleArn))
    throw usage(
      "--role-arn",
      `must be the ARN of a role, got ${shown(roleArn)}`,
      "Give the whole ARN, such as arn:aws:iam::123456789012:role/platform.",
    );
  return { profile, roleArn };
}

/** Returns the environment of an engine that acts with this identity. @throws UserError if the role cannot be assumed */
export async function engineEnvironment(context: CommandContext, access: AwsAccess): Promise<NodeJS.ProcessEnv> {
  try {
    return await accessEnvironment(access, context.environment);
  } catch (error) {
    throw awsError(error, "sts:AssumeRole", access.roleArn ?? "");
  }
}
