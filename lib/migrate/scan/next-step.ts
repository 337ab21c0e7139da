import type { Locking } from "../../policy/access-level";
import { shown, type Problem } from "../../problem/problem";
import { fewText } from "../../text/few";
import { whereByHand } from "./configuration/by-hand";
import { placeText, type Configuration } from "./configuration/configuration";
import type { RootVersions } from "./obstacle/obstacles";
import { TABLE_ARGUMENTS } from "./configuration/phase";
import { argument } from "./source/site";

/** Returns the phase that a consumer goes to next; undefined if it has arrived. */
export function nextPhase({ phase }: Pick<Configuration, "phase">): Locking | undefined {
  return phase === "dynamodb" ? "both" : phase === "both" ? "lockfile" : undefined;
}

/** Returns the line that an operator writes into a consumer of a config. */
export function consumerEdit(to: Locking): string {
  return `locking: "${to}"`;
}

/** Returns what an operator does by hand to move a configuration. */
export function stepByHand(configuration: Configuration & { readonly next: string }, to: Locking): string {
  return configuration.source === "consumer" ? consumerStep(configuration, to) : configuration.next;
}

function consumerStep(configuration: Configuration, to: Locking): string {
  const name = shown(configuration.label ?? configuration.root);
  return `set ${consumerEdit(to)} for consumer ${name} in ${placeText(configuration)}, then synthesize and deploy`;
}

/** Returns the next step for a configuration. @param commands `file:line` of the commands that initialize it */
export function nextStep(
  configuration: Configuration,
  obstacles: readonly Problem[],
  synthesizedFrom: string | undefined,
  commands: readonly string[] = [],
): string {
  const { source, phase, places } = configuration;
  const [obstacle] = obstacles;
  if (obstacle !== undefined) return obstacle.fix;
  if (synthesizedFrom !== undefined) return `move ${synthesizedFrom}, then synthesize and deploy`;
  if (source === "consumer") {
    const to = nextPhase(configuration);
    if (to === undefined) return "nothing";
    const step = consumerStep(configuration, to);
    return to === "both" ? step : `${step}, once every root on this state has run with both`;
  }
  const where = whereByHand(configuration);
  const hasRemainder = places.some(({ site }) => TABLE_ARGUMENTS.some((name) => argument(site, name) !== undefined));
  if (source === "reader") {
    if (phase === "unknown")
      return `computed at ${placeText(configuration)}: remove its table where the value comes from`;
    if (!hasRemainder) return "nothing: a reader does not lock";
    return where === undefined ? "migrate apply --to lockfile removes its table" : `remove its table ${where}`;
  }
  switch (phase) {
    case "dynamodb":
      return where === undefined ? "migrate apply --to both" : `add use_lockfile = true ${where}`;
    case "both":
      return where === undefined
        ? "migrate apply --to lockfile, once every root on this state has run with both"
        : `remove dynamodb_table ${where}, once every root on this state has run with both`;
    case "lockfile":
      if (!hasRemainder) return "nothing";
      return where === undefined
        ? "migrate apply --to lockfile removes the remaining table arguments"
        : `remove the remaining table arguments ${where}`;
    case "none":
      return "set use_lockfile = true: nothing locks this state";
    case "unknown":
      if (configuration.isElsewhere === true)
        return `scan the folder that ${placeText(configuration)} takes it from too: it is not below the scanned ones`;
      if (source === "terragrunt")
        return `computed at ${placeText(configuration)}${variableText(configuration)}: change the value that it comes from by hand`;
      return commands.length === 0
        ? "find where the rest of this backend is set: on the command line, computed, or in a file to name with --backend-files"
        : `find how its init locks at ${fewText(commands, MOST_COMMANDS)}, or write the locking arguments into the block`;
  }
}

/** How many commands of a root a person reads. */
const MOST_COMMANDS = 3;

/** Names the variable of the environment that decides the table of a unit, with its default. */
function variableText({ table }: Configuration): string {
  if (table === undefined || "value" in table) return "";
  const [, variable, , standard] = /\bget_env\(\s*"([^"]+)"(\s*,\s*([^()]+?)\s*)?\)/.exec(table.expression) ?? [];
  if (variable === undefined) return "";
  return ` by the variable ${variable}${standard === undefined ? "" : `, with the default ${standard}`}`;
}

/** Returns warnings about a configuration that do not prevent its step. */
export function notices(configuration: Configuration, { required, floor, verdict }: RootVersions): Problem[] {
  const { phase, source } = configuration;
  const path = placeText(configuration);
  if (source === "reader" || source === "partial" || phase === "lockfile") return [];
  if (verdict !== "allows-older" && verdict !== "undeclared" && verdict !== "unreadable") return [];
  return [
    {
      code: "version-floor",
      path,
      message: `should require ${floor} or later, got ${required.length === 0 ? "no required_version" : shown(required.join(", "))}`,
      fix: `Set required_version = ">= ${floor}": an older version stops at use_lockfile with "Unsupported argument".`,
    },
  ];
}
