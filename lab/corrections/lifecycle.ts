import type { Handler } from "../requests/pipeline";
import type { KeptSettings } from "../requests/kept-settings";

/** The AWS provider compares this as well: without it, it waits in vain just the same. */
const SIZE_HEADER = "x-amz-transition-default-minimum-object-size";

/**
 * moto 5.2.1 reads `NewerNoncurrentVersions` of an expiration and never gives it back, so the AWS provider, which waits
 * until it reads what it wrote, times out after three minutes. moto still judges every request; where it has a
 * configuration to give, the body that was put is given instead.
 */
export function lifecycle(kept: KeptSettings): Handler {
  return async (request, next) => {
    const answer = await next(request);
    const { bucket, operation } = request;
    if (bucket === undefined || answer.status >= 300) return answer;
    if (operation === "PutBucketLifecycleConfiguration") {
      const size = request.headers[SIZE_HEADER] ?? "all_storage_classes_128K";
      const headers = { "content-type": "application/xml", [SIZE_HEADER]: size };
      kept.set(bucket, "lifecycle", { status: 200, headers, body: request.body });
      return { ...answer, headers: { ...answer.headers, [SIZE_HEADER]: size } };
    }
    return operation === "GetBucketLifecycleConfiguration" ? (kept.get(bucket, "lifecycle") ?? answer) : answer;
  };
}
