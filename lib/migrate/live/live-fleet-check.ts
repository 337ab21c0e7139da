import type { SeenRecord } from "../../record/migration-record";
import type { Problem } from "../../problem/problem";
import type { FleetCheck } from "../scan/fleet-checks";
import type { ScannedConfiguration } from "../scan/scan";
import type { LiveState } from "./live-state";
import { placeComputed } from "./known-place";
import { liveTarget, type LiveDefaults, type LiveTarget } from "./live-target";
import { overlapSeen, unseenProblem } from "./overlap";
import { lockfileObstacles } from "./phase-findings";
import { readLiveRoots, type LiveRoot, type OpenLive } from "./read-live";
import { unanswered } from "./unanswered";

/** What S3 and DynamoDB hold of each configuration, or why Statelock could not read them. */
export type LiveAnswers = ReadonlyMap<ScannedConfiguration, LiveRoot | Problem>;

/** Reads the states of every configuration on `both`: no other one can lose a lock by a step to `lockfile`. */
export async function askLive(
  open: OpenLive,
  configurations: readonly ScannedConfiguration[],
  defaults: LiveDefaults,
  onProgress?: (done: number, of: number) => void,
): Promise<LiveAnswers> {
  const asked = configurations
    .filter(({ source, phase }) => source !== "reader" && phase === "both")
    .map((configuration) => [configuration, liveTarget(configuration, defaults)] as const);
  const targets = asked.flatMap(([, target]) => ("code" in target ? [] : [target]));
  const roots = new Map((await readLiveRoots(open, targets, onProgress)).map((root) => [root.target, root]));
  return new Map(
    asked.flatMap(([configuration, target]) => {
      const answer = "code" in target ? target : roots.get(target);
      return answer === undefined ? [] : [[configuration, answer] as const];
    }),
  );
}

/** Returns the check that refuses a step to `lockfile` for what S3, DynamoDB and the record say against it. */
export function liveCheck(answers: LiveAnswers, record: SeenRecord): FleetCheck {
  return (configuration) => {
    const answer = answers.get(configuration);
    if (answer === undefined) return Promise.resolve([]);
    if ("code" in answer) return Promise.resolve([answer]);
    const { target, states, problems } = answer;
    return Promise.resolve([
      ...problems,
      ...placeComputed(target),
      ...states.flatMap((live) => lockfileObstacles(target, live)),
      ...unseenStates(target, states, record).map((live) => unseenProblem(target, live, record)),
    ]);
  };
}

/**
 * Returns the states that no client is known to have locked with a file: in them, nothing would reveal a client that is
 * still on `dynamodb`. A state that does not exist yet counts only if no other state of the root was seen.
 */
function unseenStates(target: LiveTarget, states: readonly LiveState[], record: SeenRecord): readonly LiveState[] {
  const unseen = states.filter((live) => !overlapSeen(target, live, record));
  return unseen.length === states.length ? unseen : unseen.filter(({ state }) => state.found !== "nothing");
}

/** True if S3 or DynamoDB left a question without an answer. */
export function hasUnanswered(answers: LiveAnswers): boolean {
  return [...answers.values()].some(
    (answer) =>
      "code" in answer || answer.problems.length > 0 || answer.states.some((live) => unanswered(live).length > 0),
  );
}
