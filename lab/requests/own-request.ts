import { parseAwsRequest, type AwsRequest } from "./aws-request";

/** A request that the stand-in makes itself, in the name of the one that it is working on. */
export function ownRequest(origin: AwsRequest, method: string, target: string, body = ""): AwsRequest {
  const { authorization } = origin.headers;
  // moto picks the service by the scope of the signature, and checks nothing else in it.
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return parseAwsRequest({ method, target, headers, body: Buffer.from(body), secure: origin.secure });
}
