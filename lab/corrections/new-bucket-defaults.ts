import { ownRequest } from "../requests/own-request";
import type { AwsRequest } from "../requests/aws-request";
import type { Handler } from "../requests/pipeline";

/** What AWS gives every new bucket: encryption since January 2023, the other two since April 2023. */
const DEFAULTS: Readonly<Record<string, string>> = {
  encryption: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`,
  ownershipControls: `<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`,
  publicAccessBlock: `<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
};

/**
 * A new bucket in moto 5.2.1 has no default encryption, no ownership controls and no public access block; on AWS it
 * has all three, and default encryption comes back when it is deleted.
 */
export const newBucketDefaults: Handler = async (request, next) => {
  const answer = await next(request);
  if (request.bucket === undefined || answer.status >= 300) return answer;
  for (const name of renewedBy(request)) {
    const { status } = await next(ownRequest(request, "PUT", `/${request.bucket}?${name}`, DEFAULTS[name]));
    if (status >= 300) throw new Error(`moto refused the default ${name} of ${request.bucket} with ${String(status)}`);
  }
  return answer;
};

function renewedBy({ operation, headers }: AwsRequest): string[] {
  if (operation === "DeleteBucketEncryption") return ["encryption"];
  if (operation !== "CreateBucket") return [];
  const chosen = headers["x-amz-object-ownership"] === undefined ? [] : ["ownershipControls"];
  return Object.keys(DEFAULTS).filter((name) => !chosen.includes(name));
}
