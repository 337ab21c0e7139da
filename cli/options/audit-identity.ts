import type { AwsPlace } from "../../lib/aws/connect";
import { callerIdentity } from "../../lib/aws/identity";
import type { Audit } from "../../lib/lock/release-audit";
import { ownName } from "./own-lock";

/**
 * Returns who runs this command, for audit lines. Commands ask before they change anything. The ARN is null if STS does
 * not answer: a store without STS must not prevent a release.
 */
export async function auditIdentity(place: AwsPlace): Promise<Audit["by"]> {
  const host = ownName();
  if (place.access?.endpointUrl !== undefined) return { arn: null, host };
  try {
    return { arn: (await callerIdentity(place)).arn, host };
  } catch {
    return { arn: null, host };
  }
}
