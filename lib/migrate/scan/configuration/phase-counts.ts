import type { Configuration } from "./configuration";

/** Counts the configurations in each phase. A reader (`terraform_remote_state`) has no phase. */
export function phaseCounts(
  configurations: readonly Configuration[],
): Readonly<Record<Configuration["phase"], number>> {
  const counts = { dynamodb: 0, both: 0, lockfile: 0, none: 0, unknown: 0 };
  for (const { phase, source } of configurations) if (source !== "reader") counts[phase] += 1;
  return counts;
}
