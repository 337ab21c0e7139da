import { found, type Problem } from "../../problem/problem";
import { holderText } from "../../lock/holder-text";
import { digestVerdict, lastWriter } from "./last-writer";
import type { LiveState } from "./live-state";
import type { LiveTarget } from "./live-target";
import { heldProblem, tableHolder } from "./lock-holders";
import { unanswered } from "./unanswered";

/** Returns what is wrong with a state in its root's phase: a stale digest, or a client that is still on `dynamodb`. */
export function phaseFindings(target: LiveTarget, live: LiveState): Problem[] {
  const { phase } = target;
  const usesTable = phase === "dynamodb" || phase === "both";
  const usesFile = phase === "both" || phase === "lockfile";
  return found([
    usesTable && staleProblem(target, live),
    usesFile && leftBehind(target, live),
    usesFile && lockedInTableAlone(target, live),
  ]);
}

/** Returns why a root must not go to `lockfile` yet, for one of its states. */
export function lockfileObstacles(target: LiveTarget, live: LiveState): Problem[] {
  const problems = [heldProblem(target, live), staleProblem(target, live), leftBehind(target, live)];
  return [...unanswered(live), ...found(problems)];
}

function staleProblem(target: LiveTarget, live: LiveState): Problem | undefined {
  if (digestVerdict(live) !== "stale") return undefined;
  return {
    code: "digest-stale",
    path: placeOf(target, live),
    message:
      "does not match its digest in the table, so every client with dynamodb_table fails on it. A client without dynamodb_table, or one that does not lock, wrote the state last",
    fix: "Find that client: `statelock migrate status` shows when it wrote. Then run `statelock migrate rollback --to both` for this root to repair the digest.",
  };
}

/** Returns a problem if a client that locks in the table alone wrote the state last. */
export function leftBehind(target: Pick<LiveTarget, "bucket">, live: LiveState): Problem | undefined {
  if (lastWriter(live) !== "dynamodb" || live.state.found !== "state") return undefined;
  return {
    code: "left-behind",
    path: placeOf(target, live),
    message: `was written at ${live.state.lastModified.toISOString()} by a client that keeps the digest and held no lock with a file: that client is still on dynamodb`,
    fix: "Find who applied then: a clone without the change, or a pipeline with its own backend file. Let it run once with both.",
  };
}

function lockedInTableAlone(target: LiveTarget, live: LiveState): Problem | undefined {
  const holder = live.table === undefined ? undefined : tableHolder(live.table.lock);
  if (live.fileLock.found !== "nothing" || holder?.held !== true) return undefined;
  return {
    code: "left-behind",
    path: placeOf(target, live),
    message: `must be locked with a file, but ${holderText(holder.info)} holds a lock in the table alone: that client is still on dynamodb`,
    fix: "Let that client pull the change and run `terraform init -reconfigure`.",
  };
}

function placeOf({ bucket }: Pick<LiveTarget, "bucket">, { stateKey }: LiveState): string {
  return `s3://${bucket}/${stateKey}`;
}
