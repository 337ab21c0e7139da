import { parseAwsRequest, type Answer, type AwsRequest } from "../../lab/requests/aws-request";
import { pipeline, type Handler } from "../../lab/requests/pipeline";

interface FakeMoto {
  /** "METHOD target" of everything that reached it. */
  readonly seen: string[];
  /** Sends a request through the handlers to the fake. */
  send(method: string, target: string, options?: { body?: string; headers?: Record<string, string> }): Promise<Answer>;
}

type Respond = (request: AwsRequest) => Answer | Promise<Answer>;

/** Handlers in front of a function that takes moto's place. */
export function fakeMoto(handlers: readonly Handler[], respond: Respond = () => ({ status: 200 })): FakeMoto {
  const seen: string[] = [];
  const answer = pipeline(handlers, async (request) => {
    seen.push(`${request.method} ${request.target}`);
    return respond(request);
  });
  return {
    seen,
    send: (method, target, { body = "", headers = {} } = {}) =>
      answer(parseAwsRequest({ method, target, headers, body: Buffer.from(body), secure: false })),
  };
}

/** A moto that knows only the buckets named. */
export function knowsOnly(...buckets: string[]): Respond {
  return (request) => ({ status: buckets.includes(request.bucket ?? "") ? 200 : 404 });
}

/** The code of an S3 error. */
export function errorCode(answer: Answer): string | undefined {
  return /<Code>([^<]*)</.exec(answer.body?.toString() ?? "")?.[1];
}
