import type { Locking } from "../../policy/access-level";
import { counted } from "../../text/counted";
import { found, shown, type Problem } from "../../problem/problem";
import { placeText, type Configuration } from "./configuration/configuration";
import { TABLE_ARGUMENTS } from "./configuration/phase";
import { sameState, stateIndex } from "./configuration/same-state";
import type { HandPlace } from "./outside/outside-hcl";
import type { ScannedConfiguration } from "./scan";
import { argument } from "./source/site";
import { shellQuoted } from "../../text/shell-quoted";

/**
 * Returns why a configuration must not move yet: the step could lose a lock or break a client. {@link filesAgree} answers
 * from files; a check that reads S3 and DynamoDB has the same type.
 */
export type FleetCheck = (configuration: ScannedConfiguration) => Promise<readonly Problem[]>;

/**
 * Returns the check before `lockfile` that reads files alone. A root that locks only in the table and a root that locks only
 * with a file do not see each other. After a write without a digest, every client that still reads the digest fails.
 * @param moving the configurations that move in the same run
 */
export function filesAgree(
  fleet: readonly ScannedConfiguration[],
  moving: ReadonlySet<ScannedConfiguration>,
  byHand: readonly HandPlace[] = [],
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
  const vague = fleet.filter(({ source, phase }) => source === "reader" && phase === "unknown");
  const heldBy = new Map<ScannedConfiguration, number>();
  const held = (other: ScannedConfiguration): number => {
    const known =
      heldBy.get(other) ?? [...moving].filter((each) => each !== other && sameState(each, other) !== "no").length;
    heldBy.set(other, known);
    return known;
  };
  return (configuration) => {
    const behind = writers(configuration).filter(
      (other) => other !== configuration && (mayLockInTable(other) || sameState(configuration, other) === "yes"),
    );
    const given = byHand.filter(({ root }) => root === undefined || isAbove(root, configuration.root));
    const left = readers(configuration).filter((reader) => sameState(configuration, reader) === "yes");
    const own = configuration.source === "consumer" ? rootsOnBoth(configuration) : [];
    const slow = own.filter((root) => sameState(configuration, root) === "yes");
    return Promise.resolve([
      ...behind.map((other) =>
        sameState(configuration, other) === "yes"
          ? behindProblem(configuration, other)
          : mayBeBehind(other, held(other)),
      ),
      ...left.map(readerProblem),
      ...vague.filter((reader) => sameState(configuration, reader) !== "no").map(vagueReader),
      ...given.map(handProblem),
      ...slow.map((root) => rootProblem(configuration, root)),
    ]);
  };
}

/** A root on `dynamodb` does, and a block of Terragrunt whose config is computed may, for every unit that it serves. */
function mayLockInTable({ phase, source }: Configuration): boolean {
  return phase === "dynamodb" || (phase === "unknown" && source === "terragrunt");
}

/** True if a command that runs in the one folder may run Terraform in the other. */
function isAbove(folder: string, root: string): boolean {
  return folder === "." || root === folder || root.startsWith(`${folder}/`);
}

function vagueReader(reader: Configuration): Problem {
  return {
    code: "reader-left-behind",
    path: placeText(reader),
    message: "may ask the table for the digest of a state: the config of this reader is computed",
    fix: "Write the config of the reader as literals, without a table: a reader never needs it.",
  };
}

function handProblem({ problem }: HandPlace): Problem {
  return {
    ...problem,
    message: "must not give a backend its table while a root leaves it: the runs of this file would still lock there",
  };
}

/** Roots whose files a migration rewrites. A synthesized stack follows its consumer instead. */
const WRITTEN_ROOTS: readonly Configuration["source"][] = ["terraform", "opentofu", "partial"];

/** Returns the check before a step back to `dynamodb`: a root that locks only with a file does not see a lock in the table. */
export function noneAhead(fleet: readonly ScannedConfiguration[]): FleetCheck {
  const ahead = stateIndex(fleet.filter((other) => other.source !== "reader" && other.phase === "lockfile"));
  return (configuration) =>
    Promise.resolve(
      ahead(configuration)
        .filter((other) => other !== configuration && sameState(configuration, other) === "yes")
        .map((other) => aheadProblem(configuration, other)),
    );
}

/** Refuses a step that skips `both`, forward or back: clones and pipelines do not move at the same moment. */
export function phaseOrderProblems(configuration: Configuration, to: Locking): Problem[] {
  const { phase } = configuration;
  const skips = (phase === "dynamodb" && to === "lockfile") || (phase === "lockfile" && to === "dynamodb");
  const fix =
    to === "lockfile"
      ? "Run `statelock migrate apply --to both`, and let every clone and pipeline run once on both."
      : "Run `statelock migrate rollback --to both --table NAME` first, and let every clone and pipeline run once on both.";
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
  return {
    code: "still-dynamodb",
    path: placeText(configuration),
    message: `must leave the table last, but ${placeText(other)} writes the same state and is ${other.phase === "dynamodb" ? "on dynamodb" : "in an unknown phase"}`,
    fix:
      other.synthesizedFrom === undefined
        ? `Move ${shown(other.root)} to both first. Until then neither of the two sees the locks of the other.`
        : `Synthesize and deploy first: ${shown(other.root)} is older than its config.`,
  };
}

/** One problem for each root whose state is not known, however many roots may share it. */
function mayBeBehind(other: ScannedConfiguration, held: number): Problem {
  return {
    code: "still-dynamodb",
    path: placeText(other),
    message: `must leave ${other.phase === "unknown" ? "the table" : "dynamodb"} first: its bucket or key is computed or in no file, so it may write the state of another root. It holds ${counted(held, "root")}`,
    fix: `Move ${shown(other.root)} to both first, or write its bucket and key as literals.`,
  };
}

/** After the deploy of the consumer, the role of this root may no longer use the table. */
function rootProblem(configuration: Configuration, root: Configuration): Problem {
  return {
    code: "root-left-behind",
    path: placeText(configuration),
    message: `must move together with ${shown(root.root)}, which keeps the same state and still locks in the table`,
    fix: `Select it too: --root ${shellQuoted(root.root)}`,
  };
}

function aheadProblem(configuration: Configuration, other: Configuration): Problem {
  return {
    code: "still-lockfile",
    path: placeText(configuration),
    message: `must not lock only in the table while ${placeText(other)} writes the same state and locks only with a file`,
    fix: `Bring ${shown(other.root)} back to both first. Until then neither of the two sees the locks of the other.`,
  };
}

function readerProblem(reader: Configuration): Problem {
  return {
    code: "reader-left-behind",
    path: placeText(reader),
    message: `must move in the same run: this reader asks the table for the digest of the state, and ${shown(reader.root)} is not selected`,
    fix: "Select that root too, or remove its table argument by hand: a reader never needs it.",
  };
}

function asksTable({ places }: Configuration): boolean {
  return places.some(({ site }) => TABLE_ARGUMENTS.some((name) => argument(site, name) !== undefined));
}
