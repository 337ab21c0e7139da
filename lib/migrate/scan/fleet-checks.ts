import type { Locking } from "../../policy/access-level";
import { found, shown, type Problem } from "../../problem/problem";
import { placeText, type Configuration } from "./configuration";
import { TABLE_ARGUMENTS } from "./phase";
import { sameState, stateIndex } from "./same-state";
import type { ScannedConfiguration } from "./scan";
import { argument } from "./site";

/**
 * Asked before a configuration is moved to `lockfile`: why that would lose a lock or break somebody. Files know a part
 * of the answer ({@link filesAgree}); S3 and DynamoDB know the rest, and are asked the same way.
 */
export type FleetCheck = (configuration: ScannedConfiguration) => Promise<readonly Problem[]>;

/**
 * What files know. A root that locks in the table alone and one that locks with a file alone do not see each other; and
 * once a state was written without its digest, whoever still asks the table for it fails.
 * @param moving what is moved in the same run
 */
export function filesAgree(
  fleet: readonly ScannedConfiguration[],
  moving: ReadonlySet<ScannedConfiguration>,
): FleetCheck {
  const writers = stateIndex(
    fleet.filter(({ source, phase }) => source !== "reader" && (phase === "dynamodb" || phase === "unknown")),
  );
  const readers = stateIndex(
    fleet.filter((reader) => reader.source === "reader" && !moving.has(reader) && asksTable(reader)),
  );
  const rootsOnBoth = stateIndex(
    fleet.filter((root) => root.phase === "both" && !moving.has(root) && WRITTEN_ROOTS.includes(root.source)),
  );
  return (configuration) => {
    const behind = writers(configuration).filter(
      (other) => other !== configuration && (other.phase === "dynamodb" || sameState(configuration, other) === "yes"),
    );
    const left = readers(configuration).filter((reader) => sameState(configuration, reader) === "yes");
    const own = configuration.source === "consumer" ? rootsOnBoth(configuration) : [];
    const slow = own.filter((root) => sameState(configuration, root) === "yes");
    return Promise.resolve([
      ...behind.map((other) => behindProblem(configuration, other)),
      ...left.map(readerProblem),
      ...slow.map((root) => rootProblem(configuration, root)),
    ]);
  };
}

/** Roots whose files this command changes; what synth writes follows its consumer. */
const WRITTEN_ROOTS: readonly Configuration["source"][] = ["terraform", "opentofu", "partial"];

/** Back to the table alone: a root that locks with a file alone would not see it. */
export function noneAhead(fleet: readonly ScannedConfiguration[]): FleetCheck {
  const ahead = stateIndex(fleet.filter((other) => other.source !== "reader" && other.phase === "lockfile"));
  return (configuration) =>
    Promise.resolve(
      ahead(configuration)
        .filter((other) => other !== configuration && sameState(configuration, other) === "yes")
        .map((other) => aheadProblem(configuration, other)),
    );
}

/** A root goes through `both`, on and back: its colleagues' clones and CI are there at different times. */
export function phaseOrderProblems(configuration: Configuration, to: Locking): Problem[] {
  const { phase } = configuration;
  const skips = (phase === "dynamodb" && to === "lockfile") || (phase === "lockfile" && to === "dynamodb");
  const fix =
    to === "lockfile"
      ? "Run `statelock migrate apply --to both`, and let every clone and pipeline run once with that."
      : "Run `statelock migrate rollback --to both --table NAME` first, and let every clone and pipeline run once with that.";
  return found([
    skips && {
      code: "phase-order",
      path: placeText(configuration),
      message: `must be on both before it goes to ${to}, got ${phase}`,
      fix,
    },
  ]);
}

function behindProblem(configuration: Configuration, other: ScannedConfiguration): Problem {
  const sure = sameState(configuration, other) === "yes";
  const state = sure
    ? "writes the same state"
    : "may write the same state (a bucket or key is computed, or in no file)";
  return {
    code: "still-dynamodb",
    path: placeText(configuration),
    message: `must be the last of its state to leave the table, but ${placeText(other)} ${state} and is ${other.phase === "dynamodb" ? "on dynamodb" : "in a phase that files do not tell"}`,
    fix:
      other.synthesizedFrom === undefined
        ? `Move ${shown(other.root)} to both first: until then the two would not exclude each other.`
        : `Synthesize and deploy it first: ${shown(other.root)} is still what it was before its config changed.`,
  };
}

/** Once that is deployed, the root's role may not use the table any more. */
function rootProblem(configuration: Configuration, root: Configuration): Problem {
  return {
    code: "root-left-behind",
    path: placeText(configuration),
    message: `must move with the root that keeps its state, got ${shown(root.root)} left out, which still locks in the table`,
    fix: `Select it too: --root ${root.root}`,
  };
}

function aheadProblem(configuration: Configuration, other: Configuration): Problem {
  return {
    code: "still-lockfile",
    path: placeText(configuration),
    message: `must not lock in the table alone while ${placeText(other)} writes the same state and locks with a file alone`,
    fix: `Bring ${shown(other.root)} back to both first: until then the two would not exclude each other.`,
  };
}

function readerProblem(reader: Configuration): Problem {
  return {
    code: "reader-left-behind",
    path: placeText(reader),
    message: `must be moved in the same run, because it asks the table for the digest of this state, got ${shown(reader.root)} left out`,
    fix: "Select that root too, or take its table argument out by hand: a reader needs none in any phase.",
  };
}

function asksTable({ places }: Configuration): boolean {
  return places.some(({ site }) => TABLE_ARGUMENTS.some((name) => argument(site, name) !== undefined));
}
