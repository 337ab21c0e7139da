import type { Answer, AwsRequest } from "../requests/aws-request";
import type { Handler } from "../requests/pipeline";
import { accessDenied } from "../requests/s3-error";
import { EncryptionLedger } from "./encryption-ledger";
import { decide } from "./evaluator";
import { existenceQuestion, policiesFor, principalOf, questionsOf, type Asked } from "./questions";
import { Unmapped, type GateWorld } from "./world";

/** The access key of the test itself, which makes buckets and plants objects: what it sends is not judged. */
export const SETUP_KEY = "setup";

/** The address that every request comes from. */
export const OFFICE = "203.0.113.7";

/** A request that was judged. */
export interface Judged {
  readonly request: AwsRequest;
  /** Everything that was asked, down to the first refusal. */
  readonly asked: readonly Asked[];
  /** The question that was answered with no. */
  readonly refusedBy?: Asked;
  /** The object is missing, and this was asked to say so. */
  readonly existence?: Asked;
}

export interface PolicyGate {
  readonly handler: Handler;
  readonly world: GateWorld;
  /** Returns the decisions about an access key since the last call for it. */
  take(accessKeyId: string): Judged[];
  /** Requests that the gate could not map and so refused. A test that sent one must fail. */
  unmapped(): readonly string[];
}

/**
 * Stands in front of the stand-in and decides as AWS would, by identity policy, bucket policy and key policy, whether a
 * request goes on. It refuses with 403, also where an object is missing and the caller may not list it, and it refuses
 * what it cannot map. It does not check signatures, and knows neither ACLs, session policies, SCPs nor policies of VPC
 * endpoints: Statelock makes nothing of that kind. The stand-in behind it puts writes in order.
 */
export function policyGate(tables: GateWorld["tables"]): PolicyGate {
  const network = { "aws:SourceIp": OFFICE };
  const world: GateWorld = { principals: new Map(), buckets: new Map(), keys: new Map(), network, tables };
  const ledger = new EncryptionLedger();
  const unmapped: string[] = [];
  const judged = new Map<string, Judged[]>();

  const allows = async (asked: Asked, request: AwsRequest): Promise<boolean> =>
    (await decide(asked.question, policiesFor(asked, principalOf(request, world), world))) === "Allowed";

  const handler: Handler = async (request, next) => {
    const bucket = request.bucket === undefined ? undefined : world.buckets.get(request.bucket);
    const forward = async (): Promise<Answer> => {
      const answer = await next(request);
      if (bucket !== undefined && answer.status < 300) ledger.note(request, bucket);
      return answer;
    };
    if (request.accessKeyId === SETUP_KEY) return forward();
    const keep = (entry: Omit<Judged, "request">): void => {
      const key = request.accessKeyId ?? "";
      judged.set(key, [...(judged.get(key) ?? []), { request, ...entry }]);
    };
    try {
      const asked = questionsOf(request, world, ledger);
      for (const [index, question] of asked.entries()) {
        if (await allows(question, request)) continue;
        keep({ asked: asked.slice(0, index + 1), refusedBy: question });
        return refusal(request);
      }
      const answer = await forward();
      if (answer.status !== 404 || !isRead(request)) {
        keep({ asked });
        return answer;
      }
      const existence = existenceQuestion(request, world);
      const told = await allows(existence, request);
      keep({ asked, existence, ...(told ? {} : { refusedBy: existence }) });
      return told ? answer : refusal(request);
    } catch (error) {
      if (!(error instanceof Unmapped)) throw error;
      unmapped.push(error.message);
      return refusal(request);
    }
  };
  return {
    handler,
    world,
    take: (accessKeyId) => {
      const entries = judged.get(accessKeyId) ?? [];
      judged.delete(accessKeyId);
      return entries;
    },
    unmapped: () => unmapped,
  };
}

function isRead({ operation }: AwsRequest): boolean {
  return operation === "HeadObject" || operation === "GetObject";
}

function refusal({ service }: AwsRequest): Answer {
  if (service === "s3") return accessDenied();
  const body = JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", Message: "Access Denied" });
  return { status: 400, headers: { "content-type": "application/x-amz-json-1.0" }, body };
}
