import { request } from "node:https";
import type { RawRequest } from "../stand-in/aws-request";

/** Sends a request over TLS as it is, and gives the status of the answer. */
export function send(url: string, ca: string, { method, target, headers, body }: RawRequest): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      method,
      path: target,
      ca,
      headers: { ...headers, "content-length": body.length },
    };
    const outgoing = request(options, (answer) => {
      answer.resume();
      answer.on("end", () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
