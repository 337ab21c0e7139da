import { noSuchBucket } from "../requests/bucket-exists";
import { s3Error } from "../requests/s3-error";
import { grantsLogDelivery } from "./log-delivery-grant";
import type { Answer, AwsRequest } from "../requests/aws-request";
import type { Handler, Next } from "../requests/pipeline";
import type { KeptSettings } from "../requests/kept-settings";

const NOTHING = `<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/" />`;

/**
 * moto 5.2.1 looks for the log delivery grant in the policy that it holds, and the policies are kept here
 * (bucket-policy.ts). It also writes a log object at every request, so that a log bucket could never be destroyed;
 * AWS delivers hours later. The setting is kept here and judged by the same grant.
 */
export function bucketLogging(kept: KeptSettings): Handler {
  return async (request, next) => {
    const { bucket, operation } = request;
    if (bucket === undefined || !operation.endsWith("BucketLogging")) return next(request);
    const missing = await noSuchBucket(bucket, request, next);
    if (missing) return missing;
    if (operation === "GetBucketLogging") return kept.get(bucket, "logging") ?? status(NOTHING);
    return put(request, bucket, kept, next);
  };
}

async function put(request: AwsRequest, bucket: string, kept: KeptSettings, next: Next): Promise<Answer> {
  const xml = request.body.toString("utf8");
  const target = element(xml, "TargetBucket");
  if (target === undefined) {
    kept.delete(bucket, "logging");
    return { status: 200 };
  }
  if (await noSuchBucket(target, request, next)) return refused("The target bucket for logging does not exist");
  const policy = kept.get(target, "policy")?.body?.toString();
  if (policy === undefined || !grantsLogDelivery(policy, target, element(xml, "TargetPrefix") ?? ""))
    return refused(
      "The policy of the target bucket does not let logging.s3.amazonaws.com put objects below the prefix",
    );
  kept.set(bucket, "logging", status(xml));
  return { status: 200 };
}

const status = (body: string): Answer => ({ status: 200, headers: { "content-type": "application/xml" }, body });

const refused = (message: string): Answer => s3Error(400, "InvalidTargetBucketForLogging", message);

function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
