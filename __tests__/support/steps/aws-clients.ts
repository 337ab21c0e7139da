import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import type { StandIn } from "../../../lab/stand-in/stand-in";

/** The test's own way to look at what AWS holds. Its requests carry an access key of their own. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly dynamoDb: DynamoDBClient;
  close(): void;
}

export function awsClients(standIn: StandIn): AwsClients {
  const config = {
    endpoint: standIn.url,
    region: standIn.env["AWS_REGION"] ?? "",
    credentials: { accessKeyId: "TEST", secretAccessKey: "test" },
  };
  const clients = {
    s3: new S3Client(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    dynamoDb: new DynamoDBClient(config),
  };
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
