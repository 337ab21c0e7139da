import type { SeenRecord } from "../../record/migration-record";
import type { Problem } from "../../problem/problem";
import type { FleetCheck } from "../scan/fleet-checks";
import { overlapProblems, overlapSeen, unseenProblem, untold } from "./live-findings";
import type { LiveState } from "./live-state";
import { liveTarget, type LiveDefaults, type LiveTarget } from "./live-target";
import type { LiveRoot } from "./read-live";
import type { ScannedConfiguration } from "../scan/scan";
import { readAllLive, type OpenLive } from "./live-status";

/** What S3 and DynamoDB answered about each configuration, or why they could not be asked. */
export type LiveAnswers = ReadonlyMap<ScannedConfiguration, LiveRoot | Problem>;

/** Asks about every configuration that is on both: the others have nothing to lose by a step to `lockfile`. */
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
  const roots = new Map((await readAllLive(open, targets, onProgress)).map((root) => [root.target, root]));
  return new Map(
    asked.flatMap(([configuration, target]) => {
      const answer = "code" in target ? target : roots.get(target);
      return answer === undefined ? [] : [[configuration, answer] as const];
    }),
  );
}

/** What S3 and DynamoDB know against a step to `lockfile`. */
export function liveCheck(answers: LiveAnswers, record: SeenRecord): FleetCheck {
  return (configuration) => {
    const answer = answers.get(configuration);
    if (answer === undefined) return Promise.resolve([]);
    if ("code" in answer) return Promise.resolve([answer]);
    const { target, states, problems } = answer;
    return Promise.resolve([
      ...problems,
      ...states.flatMap((live) => overlapProblems(target, live)),
      ...unseenStates(target, states, record).map((live) => unseenProblem(target, live, record)),
    ]);
  };
}

/**
 * The states that no client is known to have locked with a file. A client that is left behind in one of them would not be
 * found by what it writes. A state that is not there yet counts only where none of the root's was seen.
 */
function unseenStates(target: LiveTarget, states: readonly LiveState[], record: SeenRecord): readonly LiveState[] {
  const unseen = states.filter((live) => !overlapSeen(target, live, record));
  return unseen.length === states.length ? unseen : unseen.filter(({ state }) => state.found !== "nothing");
}

/** True where S3 or DynamoDB left a question open. */
export function couldNotTell(answers: LiveAnswers): boolean {
  return [...answers.values()].some(
    (answer) => "code" in answer || answer.problems.length > 0 || answer.states.some((live) => untold(live).length > 0),
  );
}
