import type { Locking } from "../../policy/access-level";
import { shown, type Problem } from "../../problem/problem";
import { consumerKey, lockingOf } from "../config-defaults";
import {
  isOverlap,
  lastReached,
  recordedPhases,
  SEEN_RECORD_FILE,
  skippedBoth,
  type SeenRecord,
} from "../../record/migration-record";
import { workspaceAt } from "../../state/workspace";
import type { ConsumerConfig, StateConfig } from "../state-config";

/**
 * Returns a problem for each consumer that would skip `both`, judged by the record of the migration. Clients that lock
 * only in the table and clients that lock only with a file do not see each other's locks. A state that is not in the
 * record passes.
 */
export function phaseProblems(config: StateConfig, record: SeenRecord): Problem[] {
  return config.consumers.flatMap((consumer, index) =>
    consumerPhaseProblems(config, consumer, record).map((problem) => ({
      ...problem,
      path: `consumers[${String(index)}].locking`,
    })),
  );
}

function consumerPhaseProblems(config: StateConfig, consumer: ConsumerConfig, record: SeenRecord): Problem[] {
  const locking = lockingOf(consumer, config);
  const key = `${config.bucket.name}/${consumerKey(consumer)}`;
  const state = recordedPhases(record, config.bucket.name, consumerKey(consumer), consumer.workspaceKeyPrefix);
  const last = state === undefined ? undefined : lastReached(state);
  if (state === undefined || last === undefined) return [];
  const skipped = locking === "dynamodb" ? skippedBoth(state) : undefined;
  if (skipped !== undefined) return [back(consumer.name, knownOn(key, "lockfile", skipped))];
  if (last.phase === locking || locking !== "lockfile") return [];
  const isSeen = statesOf(config, consumer, record).some((seen) => isOverlap(state, record.states[seen]?.both));
  return isSeen ? [] : [forward(consumer.name, last.phase, knownOn(key, last.phase, last.at))];
}

function knownOn(key: string, phase: Locking, since: string): string {
  return `for ${shown(key)}, which is on ${shown(phase)} since ${since} in ${SEEN_RECORD_FILE}`;
}

function forward(name: string, phase: Locking, known: string): Problem {
  const wanted = phase === "both" ? 'be seen on "both" first' : 'be on "both" first, and seen there';
  return {
    code: "phase-skipped",
    path: "locking",
    message: `must ${wanted}, got "lockfile" ${known}`,
    fix: `Set it to "both" and run \`statelock migrate apply --to lockfile --root ${name}\` after every client has run with it: the command checks that. If you know that no client locks only in the table, keep "lockfile" and add --offline.`,
  };
}

function back(name: string, known: string): Problem {
  return {
    code: "phase-skipped",
    path: "locking",
    message: `must be on "both" first, got "dynamodb" ${known}`,
    fix: `Set it to "lockfile" and run \`statelock migrate rollback --to both --root ${name}\` with --table, which also corrects the digest.`,
  };
}

/** Returns the state of the default workspace, and the state of every other workspace in the record. */
function statesOf({ bucket }: StateConfig, consumer: ConsumerConfig, record: SeenRecord): string[] {
  const key = consumerKey(consumer);
  const start = `${bucket.name}/`;
  const { workspaceKeyPrefix } = consumer;
  const isOfWorkspace = (state: string): boolean =>
    state.startsWith(start) && workspaceAt(state.slice(start.length), { key, workspaceKeyPrefix }) !== undefined;
  return [start + key, ...Object.keys(record.states).filter(isOfWorkspace)];
}
