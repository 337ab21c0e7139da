import { shown, type Problem } from "../../problem/problem";
import { home, placeText, type Configuration } from "./configuration";
import type { RootVersions } from "./obstacles";
import { TABLE_ARGUMENTS } from "./phase";
import { argument } from "./site";

/** Files that another tool writes or computes: they are reported, never rewritten. */
const BY_HAND: Readonly<Partial<Record<Configuration["source"], string>>> = {
  terragrunt: "in the remote_state block, by hand",
  cdktf: "in the stack's backend (here: `locking` in the config), then synth",
};

/** True where this command changes the configuration's files. */
export function isRewritten(configuration: Configuration): boolean {
  return whereByHand(configuration) === undefined;
}

function whereByHand(configuration: Configuration): string | undefined {
  return BY_HAND[home(configuration).file.kind.role === "cdktf" ? "cdktf" : configuration.source];
}

/** The one thing to do next about a configuration. */
export function nextStep(
  configuration: Configuration,
  obstacles: readonly Problem[],
  synthesizedFrom: string | undefined,
): string {
  const { source, phase, places } = configuration;
  const [obstacle] = obstacles;
  if (obstacle !== undefined) return obstacle.fix;
  if (synthesizedFrom !== undefined) return `move ${synthesizedFrom}, then synthesize and deploy`;
  const where = whereByHand(configuration);
  const hasRemainder = places.some(({ site }) => TABLE_ARGUMENTS.some((name) => argument(site, name) !== undefined));
  if (source === "reader") {
    if (!hasRemainder) return "nothing: a reader does not lock";
    return where === undefined ? "migrate apply --to lockfile takes its table out" : `remove its table ${where}`;
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
        ? "migrate apply --to lockfile takes the rest of the table out"
        : `remove the rest of the table ${where}`;
    case "none":
      return "set use_lockfile = true: nothing locks this state";
    case "unknown":
      return "look where the rest of this backend is given: on the command line, or computed";
  }
}

/** What is worth knowing about a configuration and stands in nobody's way. */
export function notices(configuration: Configuration, { required, floor, verdict }: RootVersions): Problem[] {
  const { phase, source } = configuration;
  const path = placeText(home(configuration));
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
