import type { Configuration } from "../scan/configuration/configuration";
import { hasWorkByHand, type MovePlan, type Target } from "./move-plan";

/** The steps of a migration, in their order. */
export const WALK = ["both", "init", "lockfile", "init", "retire"] as const;

/** What a fleet needs next. `number` counts in {@link WALK}, from 1. */
export type WalkStep =
  | { readonly kind: "apply"; readonly number: 1 | 3; readonly to: Target }
  /** Clients have to be initialized, and to run once. */
  | { readonly kind: "init"; readonly number: 2 | 4 }
  /** No command can do anything before a person has fixed, or waited for, what the plan lists. */
  | { readonly kind: "blocked"; readonly number: 1 | 3 | 5 }
  /** Every root is on `lockfile`: the table can go. */
  | { readonly kind: "retire"; readonly number: 5 };

/** What decides the next step. */
export interface WalkFacts {
  /** The plan of the fleet's next phase. One to `lockfile` has asked S3 and DynamoDB. */
  readonly plan: MovePlan;
  /** True if the scan has problems. */
  readonly hasProblems: boolean;
  /** True if a root on `lockfile` is still initialized with a table. */
  readonly isBehind: boolean;
}

/** Returns the next step of a fleet. */
export function walkStep({ plan, hasProblems, isBehind }: WalkFacts): WalkStep {
  const { to, moves, refusals } = plan;
  const target = to === "both" ? "both" : "lockfile";
  const number = target === "both" ? 1 : 3;
  const isUnseen = refusals.some(({ problems }) => problems.some(({ code }) => code === "overlap-unseen"));
  if (target === "lockfile" && isUnseen) return { kind: "init", number: 2 };
  if (moves.length > 0) return { kind: "apply", number, to: target };
  if (isBehind) return { kind: "init", number: 4 };
  if (target === "both" || refusals.length > 0) return { kind: "blocked", number };
  return hasProblems || hasWorkByHand(plan) ? { kind: "blocked", number: 5 } : { kind: "retire", number: 5 };
}

/** Returns the configurations of the later scan that are in this phase, and that were in another one in the earlier scan. */
export function movedTo<T extends Pick<Configuration, "root" | "source" | "file" | "label" | "key" | "phase">>(
  phase: Target,
  earlier: readonly T[],
  later: readonly T[],
): T[] {
  const nameOf = ({ root, source, file, label, key }: T): string =>
    JSON.stringify([root, source, file.path, label, key]);
  const there = new Set(earlier.filter((each) => each.phase === phase).map(nameOf));
  return later.filter((each) => each.phase === phase && !there.has(nameOf(each)));
}
