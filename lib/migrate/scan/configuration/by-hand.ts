import type { Configuration } from "./configuration";

/** True if the migration changes the configuration's files itself. */
export function isRewritten(configuration: Pick<Configuration, "places" | "source">): boolean {
  return configuration.source !== "consumer" && whereByHand(configuration) === undefined;
}

/** Returns where a person changes the configuration; undefined if the migration does. */
export function whereByHand({ places, source }: Pick<Configuration, "places" | "source">): string | undefined {
  const [first] = places;
  const made = places.find(({ file }) => file.generatedBy !== undefined)?.file;
  if (made !== undefined) return `where ${made.generatedBy ?? ""} makes ${made.path}, by hand, then generate it again`;
  if (source === "cdktf" || first?.file.kind.role === "cdktf")
    return "in the stack's backend (here: `locking` in the config), then synth";
  const isIndirect = places.some(({ file, site }) => site.arguments === undefined || !file.sites.includes(site));
  return source === "terragrunt" && isIndirect ? "where its value comes from, by hand" : undefined;
}
