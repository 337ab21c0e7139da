import type { PolicyDocument } from "../../lib/policy/policy-document";

/** Who is behind an access key. */
export interface GatePrincipal {
  /** ARN of the role or user. */
  readonly arn: string;
  /** @default - in no organization */
  readonly organization?: string;
  /** Paths of its account in the organization. @default - AWS says nothing about it */
  readonly organizationPaths?: readonly string[];
  /** Whether somebody began the session with MFA. @default - AWS says nothing about it */
  readonly mfa?: boolean;
  readonly policies: readonly PolicyDocument[];
}

/** A bucket that the gate watches over. */
export interface GateBucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly policy: PolicyDocument;
  /** The key of its default encryption. @default - SSE-S3 */
  readonly kmsKey?: string;
}

/** A KMS key that its objects may be encrypted with. */
interface GateKey {
  readonly arn: string;
  readonly alias?: string;
  readonly policy: PolicyDocument;
  /** Whether S3 uses a bucket key: then it names the bucket in the encryption context, else the object. */
  readonly bucketKey: boolean;
}

/** Everything that decisions depend on. What is not in it is refused. */
export interface GateWorld {
  /** By access key id. */
  readonly principals: Map<string, GatePrincipal>;
  /** By name. */
  readonly buckets: Map<string, GateBucket>;
  /** By ARN. */
  readonly keys: Map<string, GateKey>;
  /** What AWS sees of the network that every request comes from. */
  readonly network: Readonly<Record<string, string>>;
  /** Account and region of every table. */
  readonly tables: { readonly account: string; readonly region: string };
}

/** What cannot be mapped is refused, and the test that sent it fails. */
export class Unmapped extends Error {
  override readonly name = "Unmapped";
}
