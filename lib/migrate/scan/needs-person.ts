import { isRewritten } from "./configuration/by-hand";
import type { ScannedConfiguration } from "./scan";

/** True if nothing is left to do for a configuration. */
export function isFinished({ next, obstacles }: ScannedConfiguration): boolean {
  return obstacles.length === 0 && next.startsWith("nothing");
}

/** True if a person has to edit something by hand, or to find out how a configuration locks. A stack follows its consumer. */
export function needsPerson(configuration: ScannedConfiguration): boolean {
  const { phase, source, obstacles, synthesizedFrom } = configuration;
  if (obstacles.length > 0) return true;
  if (synthesizedFrom !== undefined) return false;
  if (phase === "unknown" || phase === "none")
    return source !== "partial" && (source !== "reader" || phase === "unknown");
  if (source === "consumer") return phase !== "lockfile";
  return !isRewritten(configuration) && !isFinished(configuration);
}
