import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import type { StandIn } from "../support/stand-in";

/** The test's own way to look at what AWS holds. Its requests carry an access key of their own. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  close(): void;
}

export function awsClients(standIn: StandIn): AwsClients {
  const config = {
    endpoint: standIn.url,
    region: standIn.env["AWS_REGION"] ?? "",
    credentials: { accessKeyId: "TEST", secretAccessKey: "test" },
  };
  const [s3, iam, kms] = [new S3Client(config), new IAMClient(config), new KMSClient(config)];
  return {
    s3,
    iam,
    kms,
    close: () => {
      for (const client of [s3, iam, kms]) client.destroy();
    },
  };
}
