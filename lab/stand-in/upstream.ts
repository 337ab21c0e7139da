import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { readBody } from "../requests/read-body";
import { joinedHeaders } from "../requests/joined-headers";
import type { Answer } from "../requests/aws-request";
import type { Next } from "../requests/pipeline";

/** Headers that belong to one connection and not to the message (RFC 9110, 7.6.1), and those that a full body settles. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
];

/**
 * Sends requests to moto, one connection each: moto's development server closes kept connections whenever a view
 * leaves a body unread, and the next request on them is lost.
 */
export function upstream(url: string): Next {
  const agent = new Agent({ keepAlive: false });
  return (request) =>
    new Promise<Answer>((resolve, reject) => {
      const headers = { ...withoutHopByHop(request.headers), "content-length": String(request.body.length) };
      const options = { agent, method: request.method, path: request.target, headers };
      const { hostname, port } = new URL(url);
      const outgoing = httpRequest({ ...options, hostname, port }, (response) => {
        answerOf(response).then(resolve, reject);
      });
      outgoing.on("error", reject);
      outgoing.end(request.body);
    });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const body = await readBody(response);
  return { status: response.statusCode ?? 502, headers: withoutHopByHop(joinedHeaders(response.headers)), body };
}

function withoutHopByHop(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
