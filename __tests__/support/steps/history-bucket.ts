import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import type { historyListSchema } from "../../../lib/history/history-report";
import type { z } from "zod";
import { runStatelock, type Run, type RunSettings } from "../run-command";
import type { StandIn } from "../../../lab/stand-in/stand-in";
import { awsClients, type AwsClients } from "./aws-clients";

/** A versioned bucket, and `statelock history` on it in this process. */
export interface HistoryBucket {
  readonly name: string;
  readonly aws: AwsClients;
  /** The options that name it. */
  readonly flags: readonly string[];
  history(args: readonly string[], settings?: RunSettings): Promise<Run>;
  list(stateKey: string): Promise<z.infer<typeof historyListSchema>>;
  /** The IDs of a state's versions, the oldest first. */
  versions(stateKey: string): Promise<string[]>;
}

export async function historyBucket(standIn: StandIn, name: string): Promise<HistoryBucket> {
  const aws = awsClients(standIn);
  await aws.s3.send(new CreateBucketCommand({ Bucket: name }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await aws.s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  const flags = ["--bucket", name, "--region", "us-east-1", "--expected-bucket-owner", standIn.accountId];
  const history: HistoryBucket["history"] = (args, settings) => runStatelock(["history", ...args, ...flags], settings);
  const list: HistoryBucket["list"] = async (stateKey) =>
    JSON.parse((await history(["list", stateKey, "--json"])).stdout) as z.infer<typeof historyListSchema>;
  return {
    ...{ name, aws, flags, history, list },
    versions: async (stateKey) => {
      const { versions } = await list(stateKey);
      return versions.map(({ versionId }) => versionId).reverse();
    },
  };
}
