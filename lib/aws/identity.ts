import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsError } from "./aws-problem";

/** Who the credentials belong to. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/**
 * Asks STS who is calling; AWS needs no permission for that.
 * @throws UserError when there are no valid credentials or no way to STS
 */
export async function callerIdentity(region: string): Promise<Identity> {
  try {
    const { Account = "", Arn = "" } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (error) {
    throw awsError(error, "sts:GetCallerIdentity", "AWS");
  }
}
