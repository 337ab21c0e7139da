import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { awsError } from "./aws-problem";
import { stsClient, type AwsPlace } from "./connect";

/** The owner of the credentials. */
interface Identity {
  readonly account: string;
  readonly arn: string;
}

/**
 * Asks STS who is calling. AWS requires no permission for this call.
 * @throws UserError if the credentials are not valid, or if STS is not reachable
 */
export async function callerIdentity(place: AwsPlace): Promise<Identity> {
  try {
    const { Account = "", Arn = "" } = await stsClient(place).send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (error) {
    throw awsError(error, "sts:GetCallerIdentity", "the AWS identity of your credentials");
  }
}
