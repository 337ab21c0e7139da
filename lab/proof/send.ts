import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { RawRequest } from "../requests/aws-request";
import { OLD_TLS } from "../requests/listener";
import type { Lab } from "./lab";

/** Sends a request as it is, over what it says, and gives the status of the answer. */
export function send({ standIn, plain, tls }: Lab, raw: RawRequest): Promise<number> {
  const { method, target, headers, body, secure } = raw;
  const { hostname, port } = new URL(secure ? standIn.url : plain.url);
  const options = { hostname, port, method, path: target, headers: { ...headers, "content-length": body.length } };
  return new Promise((resolve, reject) => {
    const outgoing = secure
      ? tlsRequest({ ...options, ...versionOf(raw), ca: tls.cert, agent: false })
      : plainRequest(options);
    outgoing.on("response", (answer) => {
      answer.resume();
      answer.on("end", () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function versionOf({ tlsVersion }: RawRequest): object {
  return tlsVersion === "1.1" ? { ...OLD_TLS, maxVersion: "TLSv1.1" } : {};
}
