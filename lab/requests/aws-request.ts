import { s3Operation } from "./s3-operation";

/** One HTTP request as it came in, with its body complete. */
export interface RawRequest {
  readonly method: string;
  /** Path and query exactly as they came: percent-encoding must reach moto unchanged. */
  readonly target: string;
  /** Names in lower case, repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** As IAM writes it: `1.1`. @default - the newest, where it came over TLS */
  readonly tlsVersion?: string;
}

/** A request, and what it means to AWS. */
export interface AwsRequest extends RawRequest {
  /** The signing name: s3, sts, iam, kms, dynamodb … */
  readonly service: string;
  /** The API's name for it (PutObject, AssumeRole); "Unrecognised" for an S3 request that has none. */
  readonly operation: string;
  readonly bucket?: string;
  /** The decoded object key. */
  readonly key?: string;
  /** Decoded; a parameter without a value is "". */
  readonly query: Readonly<Record<string, string>>;
  readonly accessKeyId?: string;
}

/** What goes back. A body given for HEAD is not sent. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export function parseAwsRequest(raw: RawRequest): AwsRequest {
  const { path, query } = splitTarget(raw.target);
  const credential = credentialOf(raw, query);
  const service = serviceOf(raw, credential.service);
  const accessKeyId = credential.accessKeyId === undefined ? {} : { accessKeyId: credential.accessKeyId };
  if (service !== "s3") return { ...raw, ...accessKeyId, query, service, operation: rpcOperation(raw, query) };
  const { bucket, key } = splitPath(path);
  const place = { ...(bucket !== undefined && { bucket }), ...(key !== undefined && { key }) };
  const operation = s3Operation({ method: raw.method, headers: raw.headers, query, ...place });
  return { ...raw, ...accessKeyId, ...place, query, service, operation };
}

function splitTarget(target: string): { path: string; query: Record<string, string> } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: {} };
  return { path: target.slice(0, mark), query: Object.fromEntries(new URLSearchParams(target.slice(mark + 1))) };
}

/** Path style only: SDKs use it by themselves for endpoints whose host is an IP address. */
function splitPath(path: string): { bucket?: string; key?: string } {
  const [, bucket, rest] = /^\/([^/]+)(?:\/(.*))?$/s.exec(path) ?? [];
  if (bucket === undefined) return {};
  return rest === undefined || rest === "" ? { bucket } : { bucket, key: decoded(rest) };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** From the SigV4 header, or from the query of a presigned URL: `AKID/date/region/service/aws4_request`. */
function credentialOf(raw: RawRequest, query: Record<string, string>): { accessKeyId?: string; service?: string } {
  const header = /Credential=([^,\s]+)/.exec(raw.headers["authorization"] ?? "")?.[1];
  const [accessKeyId, , , service] = (header ?? query["X-Amz-Credential"] ?? "").split("/");
  return { ...(accessKeyId && { accessKeyId }), ...(service && { service: service.toLowerCase() }) };
}

function serviceOf(raw: RawRequest, signedFor: string | undefined): string {
  if (signedFor !== undefined) return signedFor;
  // Unsigned: AssumeRoleWithWebIdentity and AssumeRoleWithSAML are, everything else that is belongs to S3.
  return raw.method === "POST" && raw.target.split("?")[0] === "/" && isForm(raw) ? "sts" : "s3";
}

/** The JSON protocols name the operation in a header, the query protocols in the form. */
function rpcOperation(raw: RawRequest, query: Record<string, string>): string {
  const target = raw.headers["x-amz-target"];
  if (target !== undefined) return target.slice(target.lastIndexOf(".") + 1);
  const form = isForm(raw) ? new URLSearchParams(raw.body.toString("utf8")).get("Action") : null;
  return form ?? query["Action"] ?? "Unrecognised";
}

function isForm(raw: RawRequest): boolean {
  return (raw.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
}
