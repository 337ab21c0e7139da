import { GetRoleCommand, GetUserCommand } from "@aws-sdk/client-iam";
import type { ReadPrincipal } from "../verify/principal-checks";
import { iamClient, type BucketPlace } from "./connect";
import { present, readingOf } from "./present";

/**
 * Returns the whole ARN of a role or user of the account, with its path; undefined if IAM has none of this name.
 * `aws:PrincipalArn` holds this ARN, also for a session, whose own ARN has no path.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export async function principalArn(
  place: BucketPlace,
  kind: "role" | "user",
  name: string,
): Promise<string | undefined> {
  const iam = iamClient(place);
  const read = {
    role: async () => (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn,
    user: async () => (await iam.send(new GetUserCommand({ UserName: name }))).User?.Arn,
  };
  return present(`the IAM ${kind} ${name}`, kind === "role" ? "iam:GetRole" : "iam:GetUser", read[kind]);
}

/** Reads principals of the bucket's account; a refusal is a reading too. */
export function principalReader(place: BucketPlace): ReadPrincipal {
  return ({ kind, name }) => readingOf(() => principalArn(place, kind, name));
}
