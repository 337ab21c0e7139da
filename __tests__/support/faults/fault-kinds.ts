import type { Fault } from "../fake-s3";

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
