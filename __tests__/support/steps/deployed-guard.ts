import { decide } from "../../../lab/policy-gate/evaluator";
import { EncryptionLedger } from "../../../lab/policy-gate/encryption-ledger";
import { questionsOf } from "../../../lab/policy-gate/questions";
import { Unmapped, type GatePrincipal, type GateWorld } from "../../../lab/policy-gate/world";
import { EVERYTHING } from "../../../lab/proof/guard-row";
import { accessDenied } from "../../../lab/requests/s3-error";
import { ACCOUNT_ID, type AwsRequest, type RequestRecord, type StandIn } from "../../../lab/stand-in/stand-in";
import type { PolicyDocument } from "../../../lib/policy/policy-document";

/** What the guards that were deployed answered. */
export interface DeployedGuards {
  /** Each request that a guard judged, as `operation bucket`. */
  readonly judged: string[];
  readonly refused: string[];
  /** Requests that the gate does not know. */
  readonly unmapped: string[];
}

/**
 * Enforces the policy of each bucket from the moment that it is put, as AWS does: on every later request of a principal whom
 * IAM lets do everything. The stand-in here has plain HTTP, which is taken for TLS.
 */
export function enforceGuards(
  standIn: StandIn,
  principal: Omit<GatePrincipal, "policies">,
  isJudged: (record: RequestRecord) => boolean,
  network: Readonly<Record<string, string>>,
): DeployedGuards {
  const found: DeployedGuards = { judged: [], refused: [], unmapped: [] };
  const world = (bucket: string, policy: PolicyDocument, { accessKeyId = "" }: AwsRequest): GateWorld => ({
    principals: new Map([[accessKeyId, { ...principal, policies: [EVERYTHING] }]]),
    buckets: new Map([[bucket, { name: bucket, account: ACCOUNT_ID, region: "eu-central-1", policy }]]),
    keys: new Map(),
    network,
    tables: { account: ACCOUNT_ID, region: "eu-central-1" },
  });
  standIn.onRequest(async (record, request) => {
    const { bucket, operation } = request;
    const text = bucket === undefined ? undefined : standIn.bucketPolicy(bucket);
    if (bucket === undefined || text === undefined || !isJudged(record)) return undefined;
    const resource = JSON.parse(text) as PolicyDocument;
    const name = `${operation} ${bucket}`;
    try {
      found.judged.push(name);
      const asked = questionsOf({ ...request, secure: true }, world(bucket, resource, request), new EncryptionLedger());
      for (const { question } of asked)
        if ((await decide(question, { identity: [EVERYTHING], resource })) !== "Allowed") {
          found.refused.push(name);
          return accessDenied();
        }
    } catch (error) {
      if (!(error instanceof Unmapped)) throw error;
      found.unmapped.push(name);
    }
    return undefined;
  });
  return found;
}
