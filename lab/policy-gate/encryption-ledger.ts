import type { AwsRequest } from "../requests/aws-request";
import type { GateBucket } from "./world";

/** What S3 asks of KMS for a request. */
interface KmsUse {
  readonly action: "kms:Decrypt" | "kms:GenerateDataKey";
  readonly keyArn: string;
}

const KEY = "x-amz-server-side-encryption-aws-kms-key-id";

/** Which key each object and each upload is encrypted with, as S3 knows it and moto does not say reliably. */
export class EncryptionLedger {
  private readonly objects = new Map<string, string | undefined>();
  private readonly uploads = new Map<string, string | undefined>();

  /** HEAD needs no key; the parts of an upload are encrypted under the data key that its first request made. */
  uses(request: AwsRequest, bucket: GateBucket): KmsUse[] {
    const place = placeOf(request);
    const decrypt = (keyArn: string | undefined): KmsUse[] =>
      keyArn === undefined ? [] : [{ action: "kms:Decrypt", keyArn }];
    const generate = (keyArn: string | undefined): KmsUse[] =>
      keyArn === undefined ? [] : [{ action: "kms:GenerateDataKey", keyArn }];
    switch (request.operation) {
      case "GetObject":
        return decrypt(this.keyOfObject(place, bucket));
      case "PutObject":
        return generate(keyOfWrite(request, bucket));
      case "CopyObject":
        return [...decrypt(this.keyOfObject(sourceOf(request), bucket)), ...generate(keyOfWrite(request, bucket))];
      case "CreateMultipartUpload":
        return [...generate(keyOfWrite(request, bucket)), ...decrypt(keyOfWrite(request, bucket))];
      case "UploadPart":
      case "CompleteMultipartUpload":
        return decrypt(this.uploads.get(place));
      default:
        return [];
    }
  }

  /** Notes what a request that succeeded did. */
  note(request: AwsRequest, bucket: GateBucket): void {
    const place = placeOf(request);
    if (request.operation === "PutObject" || request.operation === "CopyObject")
      this.objects.set(place, keyOfWrite(request, bucket));
    if (request.operation === "CreateMultipartUpload") this.uploads.set(place, keyOfWrite(request, bucket));
    if (request.operation === "CompleteMultipartUpload") this.objects.set(place, this.uploads.get(place));
  }

  /** What was written around the gate has the bucket's default. */
  private keyOfObject(place: string, bucket: GateBucket): string | undefined {
    return this.objects.has(place) ? this.objects.get(place) : bucket.kmsKey;
  }
}

function keyOfWrite({ headers }: AwsRequest, bucket: GateBucket): string | undefined {
  const algorithm = headers["x-amz-server-side-encryption"];
  if (algorithm === undefined) return bucket.kmsKey;
  return algorithm === "AES256" ? undefined : (headers[KEY] ?? bucket.kmsKey);
}

function placeOf({ bucket, key }: AwsRequest): string {
  return `${bucket ?? ""}/${key ?? ""}`;
}

function sourceOf({ headers }: AwsRequest): string {
  return decodeURIComponent(headers["x-amz-copy-source"] ?? "").replace(/^\//, "");
}
