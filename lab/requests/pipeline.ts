import type { Answer, AwsRequest } from "./aws-request";

/** Hands the request to what comes after, and gets its answer. */
export type Next = (request: AwsRequest) => Promise<Answer>;

/** One link between the client and moto: answers itself, or asks `next` and may change what comes back. */
export type Handler = (request: AwsRequest, next: Next) => Answer | Promise<Answer>;

/** Handlers in the order in which a request meets them, then `last`. */
export function pipeline(handlers: readonly Handler[], last: Next): Next {
  return handlers.reduceRight<Next>((next, handler) => async (request) => handler(request, next), last);
}
