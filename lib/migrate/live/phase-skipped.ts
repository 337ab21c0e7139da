import { found, shown, type Problem } from "../../problem/problem";
import { recordedPhases, SEEN_RECORD_FILE, skippedBoth, type SeenRecord } from "../../record/migration-record";
import { shellQuoted } from "../../text/shell-quoted";
import { consumerEdit } from "../scan/next-step";
import type { ScannedConfiguration } from "../scan/scan";
import { lastWriter } from "./last-writer";
import type { LiveState } from "./live-state";
import { liveTarget, recordedBucket, type LiveTarget } from "./live-target";

/** The part of a root that decides how it locks. */
type LockingRoot = Pick<LiveTarget, "root" | "consumer" | "path" | "phase" | "bucket" | "key" | "workspaceKeyPrefix">;

/**
 * Returns a problem for each root that is on `dynamodb` again, although the record has its state on `lockfile` and not on
 * `both` since. A client that did not follow still locks with a file alone, so two runs do not see each other.
 */
export function skippedPhases(configurations: readonly ScannedConfiguration[], record: SeenRecord): Problem[] {
  if (Object.keys(record.states).length === 0) return [];
  const purpose = "so that Statelock can compare it with the record";
  return configurations.flatMap((configuration) => {
    if (configuration.phase !== "dynamodb" || configuration.source === "reader") return [];
    const target = liveTarget(configuration, { region: "-", account: undefined }, purpose);
    return "code" in target ? [] : found([skippedByRecord(target, record)]);
  });
}

/** Returns the same problem for one state; its last writer may show it too. */
export function phaseSkipped(target: LiveTarget, live: LiveState, record: SeenRecord): Problem | undefined {
  const recorded = skippedByRecord(target, record);
  if (recorded !== undefined || target.phase !== "dynamodb" || lastWriter(live) !== "lockfile") return recorded;
  if (live.state.found !== "state") return undefined;
  return skipped(target, `a client on lockfile wrote its state at ${live.state.lastModified.toISOString()}`);
}

function skippedByRecord(target: LockingRoot, record: SeenRecord): Problem | undefined {
  const since = skippedBoth(
    recordedPhases(record, recordedBucket(target), target.key, target.workspaceKeyPrefix) ?? {},
  );
  if (target.phase !== "dynamodb" || since === undefined) return undefined;
  return skipped(target, `${SEEN_RECORD_FILE} has its state on lockfile since ${since}, and not on both after that`);
}

function skipped({ root, consumer, path }: LockingRoot, evidence: string): Problem {
  return {
    code: "phase-skipped",
    path,
    message: `must not be on dynamodb, because ${evidence}: clients that lock only in the table and clients that lock only with a file do not see each other's locks`,
    fix:
      consumer === undefined
        ? `Stop its runs, then let it use both locks: \`statelock migrate apply --to both --root ${shellQuoted(root)}\`.`
        : `Stop its runs, then set ${consumerEdit("both")} for consumer ${shown(consumer)}, synthesize and deploy.`,
  };
}
