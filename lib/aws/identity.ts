import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { awsError } from "./aws-problem";
import { stsClient, type AwsPlace } from "./connect";

/** Who the credentials belong to. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/**
 * Asks STS who is calling; AWS needs no permission for that.
 * @throws UserError when there are no valid credentials or no way to STS
 */
export async function callerIdentity(place: AwsPlace): Promise<Identity> {
  try {
    const { Account = "", Arn = "" } = await stsClient(place).send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (error) {
    throw awsError(error, "sts:GetCallerIdentity", "the AWS identity of your credentials");
  }
}
