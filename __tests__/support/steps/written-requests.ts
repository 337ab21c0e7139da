import type { RequestRecord } from "../../../lab/stand-in/stand-in";

/** The requests that would change something on AWS, as `service:operation object`. */
export function writtenRequests(requests: readonly RequestRecord[]): string[] {
  return requests
    .filter(writes)
    .map(({ service, operation, key }) => [`${service}:${operation}`, key].filter(Boolean).join(" "));
}

function writes({ service, method, operation }: RequestRecord): boolean {
  if (service === "s3") return method !== "GET" && method !== "HEAD";
  return !/^(Get|List|Describe|AssumeRole)/.test(operation);
}
