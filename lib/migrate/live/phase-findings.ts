import { program } from "../../engine/spoken-engine";
import { found, type Problem } from "../../problem/problem";
import { keyArgument } from "../../inventory/state-owner";
import { holderText } from "../../lock/holder-text";
import { shellQuoted } from "../../text/shell-quoted";
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

/**
 * Returns why a root must not go to `lockfile` yet, for one of its states. The digest of a state that does not exist does
 * not block: on `lockfile` no client reads it.
 */
export function lockfileObstacles(target: LiveTarget, live: LiveState): Problem[] {
  const stale = live.state.found === "nothing" ? undefined : staleProblem(target, live);
  const problems = [heldProblem(target, live), stale, leftBehind(target, live)];
  return [...unanswered(live), ...found(problems)];
}

function staleProblem(target: LiveTarget, live: LiveState): Problem | undefined {
  if (digestVerdict(live) !== "stale") return undefined;
  if (live.state.found === "nothing") return stateMissing(target, live);
  const { root, phase, region, flags = "" } = target;
  // A rollback repairs the digests of the roots that are in its phase, or in the next one.
  const to = phase === "dynamodb" ? "dynamodb" : "both";
  const repair = `statelock migrate rollback --to ${to} --root ${shellQuoted(root)} --region ${shellQuoted(region)}${flags}`;
  return {
    code: "digest-stale",
    path: placeOf(target, live),
    message:
      "does not match its digest in the table, so every client with dynamodb_table fails on it. A client without dynamodb_table, or one that does not lock, wrote the state last",
    fix: `Find that client: \`statelock migrate status\` shows when it wrote. Then repair the digest: \`${repair}\`.`,
  };
}

/** Returns the problem of a digest whose state does not exist. Its fix is the one command that removes the digest. */
export function stateMissing(target: LiveTarget, live: Pick<LiveState, "stateKey">): Problem {
  const { bucket, region, table = "", flags = "" } = target;
  const at = (option: string): string => `--region ${shellQuoted(region)}${flags}${option}`;
  const history = `statelock history list ${shellQuoted(keyArgument(live.stateKey, bucket))} ${at(` --bucket ${shellQuoted(bucket)}`)}`;
  const scrub = `statelock migrate scrub --table ${shellQuoted(table)} --gone ${shellQuoted(live.stateKey)} ${at("")}`;
  return {
    code: "state-missing",
    path: placeOf(target, live),
    message: "does not exist, though the table holds its digest, so every client with dynamodb_table fails on it",
    fix: `If it was deleted by mistake, restore it: \`${history}\` lists its versions. If not, \`${scrub}\` removes the digest.`,
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
    fix: `Let that client pull the change and run \`${program()} init -reconfigure\`.`,
  };
}

function placeOf({ bucket }: Pick<LiveTarget, "bucket">, { stateKey }: Pick<LiveState, "stateKey">): string {
  return `s3://${bucket}/${stateKey}`;
}
