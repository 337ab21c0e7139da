import type { ObjectTags } from "../policy/object-tags";
import type { Statement } from "../policy/policy-document";
import { sentence, type Problem } from "../problem/problem";

/** One setting as AWS returned it, or why Statelock could not read it. No value: S3 says that the setting is absent. */
export type Reading<T> = { readonly value: T | undefined } | Unreadable;

/** Why Statelock could not read something, and the next step if it is known. */
export interface Unreadable {
  readonly unreadable: string;
  readonly fix?: string;
  /** True if the store has no such thing, so that there is nothing to be right or wrong. @default false */
  readonly notApplicable?: boolean;
}

/** Returns a problem as the reason why something is unreadable. */
export function unreadableBecause(problem: Problem): Unreadable {
  return { unreadable: sentence(problem), fix: problem.fix };
}

/** The reading of everything in a bucket that does not exist. The `presence` check alone fails. */
export const NO_BUCKET: Unreadable = {
  unreadable: "the bucket does not exist",
  fix: "Fix the `presence` check first, then run the command again.",
};

/** The bucket's settings as AWS returned them. */
export interface Posture {
  readonly versioning: Reading<string>;
  readonly encryption: Reading<EncryptionPosture>;
  readonly publicAccess: Reading<Readonly<Record<PublicAccessFlag, boolean>>>;
  readonly ownership: Reading<string>;
  readonly guard: Reading<{ readonly Id?: string; readonly Statement: readonly Statement[] }>;
  readonly lifecycle: Reading<readonly LifecycleRule[]>;
}

export interface EncryptionPosture {
  readonly algorithm: string;
  readonly keyArn: string | undefined;
  readonly bucketKey: boolean;
  /** Kinds of encryption that S3 refuses on a write. @default - S3 says none */
  readonly blocked?: readonly string[];
}

export type PublicAccessFlag = "BlockPublicAcls" | "IgnorePublicAcls" | "BlockPublicPolicy" | "RestrictPublicBuckets";

export const PUBLIC_ACCESS_FLAGS: readonly PublicAccessFlag[] = [
  "BlockPublicAcls",
  "IgnorePublicAcls",
  "BlockPublicPolicy",
  "RestrictPublicBuckets",
];

export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  /** True if the rule expires current objects. */
  readonly expiresCurrent: boolean;
  /** True if the rule moves objects to another storage class. @default false */
  readonly archives?: boolean;
  readonly noncurrentDays: number | undefined;
  readonly newestVersions: number | undefined;
  /** The rule applies to objects with all of these tags. @default - to all objects below its prefix */
  readonly tags?: ObjectTags;
}
