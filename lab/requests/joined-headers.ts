import type { IncomingHttpHeaders } from "node:http";

/** Node's headers with every value one string; only set-cookie comes as a list, and AWS APIs do not use it. */
export function joinedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
