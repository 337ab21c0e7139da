import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

/** Turns off ACLs and blocks public access. Returns the resources that a bucket policy must wait for. */
export function closeToPublic(scope: Construct, bucket: S3Bucket): TerraformResource[] {
  return [
    new S3BucketPublicAccessBlock(scope, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    new S3BucketOwnershipControls(scope, "ownership", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    }),
  ];
}
