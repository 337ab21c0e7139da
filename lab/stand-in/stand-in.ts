import { startMotoServer, type MotoServer } from "../machine/moto-server";
import { ACCOUNT_ID, bucketOwner } from "../corrections/bucket-owner";
import { bucketLogging } from "../corrections/bucket-logging";
import { bucketNotification } from "../corrections/bucket-notification";
import { bucketPolicy } from "../corrections/bucket-policy";
import { conditionalRequests } from "../corrections/conditional-requests";
import { lifecycle } from "../corrections/lifecycle";
import { newBucketDefaults } from "../corrections/new-bucket-defaults";
import { newerSettings } from "../corrections/newer-settings";
import { tableArn } from "../corrections/table-arn";
import { writeOrder } from "../corrections/write-order";
import { Hooks, type AnswerHook, type RequestHook } from "./hooks";
import { KeptSettings } from "../requests/kept-settings";
import { DROP, listen, type TlsIdentity } from "../requests/listener";
import { pipeline, type Handler } from "../requests/pipeline";
import { RequestLog, type RequestRecord } from "../requests/request-log";
import { upstream } from "./upstream";
import type { Answer, AwsRequest } from "../requests/aws-request";

export { ACCOUNT_ID };
export type { Answer, AwsRequest, Handler, RequestRecord, RequestHook, AnswerHook };

interface StandInOptions {
  /** @default - one of its own, stopped with the stand-in */
  readonly motoServer?: MotoServer;
  /** The region in every child's environment. @default "us-east-1" */
  readonly region?: string;
  /** Handlers in front of the corrections, such as a gate that judges policies. @default - none */
  readonly gates?: readonly Handler[];
  /** Serves TLS instead of plain HTTP. @default - plain HTTP */
  readonly tls?: TlsIdentity;
}

/** AWS as far as this project needs it: moto, with its known mistakes corrected, and a record of every request. */
export interface StandIn {
  readonly url: string;
  readonly accountId: string;
  /** What a child process needs to take the stand-in for AWS. */
  readonly env: Readonly<Record<string, string>>;
  requests(): readonly RequestRecord[];
  /** Forgets the requests so far. */
  clear(): void;
  /** @returns what takes the hook away again */
  onRequest(hook: RequestHook): () => void;
  /** @returns what takes the hook away again */
  afterRequest(hook: AnswerHook): () => void;
  /** Declares a bucket another account's. */
  markForeign(bucket: string): void;
  /** The bucket's policy as it was put. */
  bucketPolicy(bucket: string): string | undefined;
  /** Back to an empty account: resources, kept settings, foreign buckets, hooks and requests. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const motoServer = options.motoServer ?? (await startMotoServer());
  const kept = new KeptSettings();
  const foreignBuckets = new Set<string>();
  const log = new RequestLog();
  const before = new Hooks<AwsRequest>();
  const after = new Hooks<Answer>();
  const corrections = [
    bucketOwner(foreignBuckets),
    tableArn,
    writeOrder(),
    conditionalRequests,
    kept.forgetDeletedBuckets,
    newBucketDefaults,
    newerSettings,
    lifecycle(kept),
    bucketPolicy(kept),
    bucketLogging(kept),
    bucketNotification(kept),
  ];
  const judge = pipeline([...(options.gates ?? []), ...corrections], upstream(motoServer.url));

  const listener = await listen(async (request) => {
    const record = log.add(request);
    const first = (await before.ask(record, request)) ?? (await judge(request));
    const answer = first === DROP ? DROP : ((await after.ask(record, first)) ?? first);
    if (answer !== DROP) record.status = answer.status;
    return answer;
  }, options.tls);

  return {
    url: listener.url,
    accountId: ACCOUNT_ID,
    env: clientEnvironment(listener.url, options),
    requests: () => log.all(),
    clear: () => {
      log.clear();
    },
    onRequest: (hook) => before.add(hook),
    afterRequest: (hook) => after.add(hook),
    markForeign: (bucket) => void foreignBuckets.add(bucket),
    bucketPolicy: (bucket) => kept.get(bucket, "policy")?.body?.toString(),
    reset: async () => {
      await fetch(`${motoServer.url}/moto-api/reset`, { method: "POST" });
      for (const state of [kept, foreignBuckets, log, before, after]) state.clear();
    },
    stop: async () => {
      await listener.stop();
      if (options.motoServer === undefined) await motoServer.stop();
    },
  };
}

function clientEnvironment(url: string, { region = "us-east-1", tls }: StandInOptions): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    STATELOCK_STORE: "aws",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    ...(tls && { AWS_CA_BUNDLE: tls.certFile, NODE_EXTRA_CA_CERTS: tls.certFile }),
  };
}
