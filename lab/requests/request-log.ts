import type { AwsRequest } from "./aws-request";

/** Headers that say how an object is written or read; everything else stays out of the record. */
const RECORDED_HEADERS = [
  "if-none-match",
  "if-match",
  "range",
  "x-amz-acl",
  "x-amz-copy-source",
  "x-amz-expected-bucket-owner",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
] as const;

type RecordedHeader = (typeof RECORDED_HEADERS)[number];

export interface RequestRecord {
  /** 1 for the first request since the start; goes on after clear(). */
  readonly n: number;
  /** ISO 8601, the moment the request was complete. */
  readonly time: string;
  readonly method: string;
  readonly service: string;
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Partial<Record<RecordedHeader, string>>>;
  readonly accessKeyId?: string;
  readonly userAgent: string;
  /** @default - absent while the request is on its way, and for good when its connection was cut */
  status?: number;
}

/** What was asked, in the order in which it came. */
export class RequestLog {
  private records: RequestRecord[] = [];
  private count = 0;

  add(request: AwsRequest): RequestRecord {
    const { method, service, operation, bucket, key, query, accessKeyId } = request;
    const record: RequestRecord = {
      n: ++this.count,
      time: new Date().toISOString(),
      ...{ method, service, operation, query },
      ...(bucket !== undefined && { bucket }),
      ...(key !== undefined && { key }),
      ...(accessKeyId !== undefined && { accessKeyId }),
      headers: Object.fromEntries(
        RECORDED_HEADERS.filter((name) => request.headers[name] !== undefined).map((name) => [
          name,
          request.headers[name],
        ]),
      ),
      userAgent: request.headers["user-agent"] ?? "",
    };
    this.records.push(record);
    return record;
  }

  all(): readonly RequestRecord[] {
    return [...this.records];
  }

  clear(): void {
    this.records = [];
  }
}
