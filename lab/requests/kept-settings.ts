import type { Answer, AwsRequest } from "./aws-request";
import type { Handler } from "./pipeline";

/** Bucket settings that the stand-in keeps itself, by bucket and name. They go when the bucket goes. */
export class KeptSettings {
  private readonly byBucket = new Map<string, Map<string, Answer>>();

  get(bucket: string, name: string): Answer | undefined {
    return this.byBucket.get(bucket)?.get(name);
  }

  set(bucket: string, name: string, answer: Answer): void {
    const settings = this.byBucket.get(bucket) ?? new Map<string, Answer>();
    this.byBucket.set(bucket, settings.set(name, answer));
  }

  delete(bucket: string, name: string): void {
    this.byBucket.get(bucket)?.delete(name);
  }

  clear(): void {
    this.byBucket.clear();
  }

  /** A bucket made again under the same name starts with nothing. */
  readonly forgetDeletedBuckets: Handler = async (request: AwsRequest, next) => {
    const answer = await next(request);
    const gone = request.operation === "DeleteBucket" && answer.status < 300;
    if (gone && request.bucket !== undefined) this.byBucket.delete(request.bucket);
    return answer;
  };
}
