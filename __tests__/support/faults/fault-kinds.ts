import type { Fault } from "../../../lab/memory/memory-s3";

/** A way for a call to go wrong. */
export interface FaultKind {
  readonly name: string;
  readonly fault: Fault;
  /** False: its first request only, so that what is sent again gets through. True: from then on, every request of its kind. */
  readonly lasting: boolean;
  /** The answer is S3's own word that it is so, and nothing else could tell: the command may believe it. */
  readonly isWord: boolean;
}

const REFUSALS: readonly (readonly [string, Fault])[] = [
  ["403", 403],
  ["404", 404],
  ["409", 409],
  ["412", 412],
];

const FAILURES: readonly (readonly [string, Fault])[] = [
  ["500", 500],
  ["503", 503],
  ["reset before the effect", "reset-before"],
  ["reset after the effect", "reset-after"],
  ["truncated", "truncate"],
  ["stalled half way", "stall"],
  ["no answer", "slow"],
];

/** Every fault, once and lasting. */
export const FAULT_KINDS: readonly FaultKind[] = [...REFUSALS, ...FAILURES].flatMap(([name, fault]) =>
  [false, true].map((lasting) => ({ name, fault, lasting, isWord: fault === 404 })),
);

/** What DynamoDB and STS do that S3 does not, and what each of them may do at any call. */
const TABLE_FAULTS: readonly (readonly [name: string, fault: Fault, retried: boolean])[] = [
  ["bad credentials", 401, false],
  ["403", 403, false],
  ["no such table here", 404, false],
  ["throttled", 429, true],
  ["500", 500, true],
  ["reset before the effect", "reset-before", true],
  ["reset after the effect", "reset-after", true],
];

/** What S3 may do at a call of a command whose other calls are played elsewhere. */
export const SOME_FAULT_KINDS: readonly FaultKind[] = [
  { name: "403", fault: 403, lasting: true, isWord: false },
  { name: "500", fault: 500, lasting: true, isWord: false },
  { name: "reset after the effect", fault: "reset-after", lasting: false, isWord: false },
  { name: "reset after the effect", fault: "reset-after", lasting: true, isWord: false },
];

/** Every fault of a call that is not S3's; once only what the SDK sends again. */
export const TABLE_FAULT_KINDS: readonly FaultKind[] = TABLE_FAULTS.flatMap(([name, fault, retried]) =>
  (retried ? [false, true] : [true]).map((lasting) => ({ name, fault, lasting, isWord: false })),
);
