import type { Statement } from "../policy/policy-document";
import { sentence, type Problem } from "../problem/problem";

/** One setting as it was read, or why it could not be. A setting that S3 says is absent is `undefined`. */
export type Reading<T> = { readonly value: T | undefined } | Unreadable;

/** Why something could not be read, and the next step where it is known. */
export interface Unreadable {
  readonly unreadable: string;
  readonly fix?: string;
}

/** What kept something from being read, with the next step. */
export function couldNotTell({ path, message, fix }: Problem): Unreadable {
  return { unreadable: sentence({ path, message }), fix };
}

/** Said once by the check for the bucket itself; every other one could not look. */
export const NO_BUCKET: Unreadable = {
  unreadable: "there is no bucket to look at",
  fix: "Mend that first, then run it again.",
};

/** The bucket's settings as they are on AWS. */
export interface Posture {
  readonly versioning: Reading<string>;
  readonly encryption: Reading<EncryptionPosture>;
  readonly publicAccess: Reading<Readonly<Record<PublicAccessFlag, boolean>>>;
  readonly ownership: Reading<string>;
  readonly guard: Reading<{ readonly Statement: readonly Statement[] }>;
  readonly lifecycle: Reading<readonly LifecycleRule[]>;
}

export interface EncryptionPosture {
  readonly algorithm: string;
  readonly keyArn: string | undefined;
  readonly bucketKey: boolean;
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
  /** True where it would expire current objects. */
  readonly expiresCurrent: boolean;
  /** True where it would move objects to another storage class. @default false */
  readonly archives?: boolean;
  readonly noncurrentDays: number | undefined;
  readonly newestVersions: number | undefined;
}
