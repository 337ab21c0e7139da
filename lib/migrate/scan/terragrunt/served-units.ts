import { counted } from "../../../text/counted";
import { folderOf } from "../source/site";
import type { Configuration } from "../configuration/configuration";

/** Returns, for each configuration of a unit, how many units its block serves; nothing for a block in the folder of its only unit. */
export function servedUnits(units: readonly Configuration[]): ReadonlyMap<Configuration, string> {
  const counts = new Map<string, number>();
  const placeOf = ({ file, line }: Configuration): string => `${file.path}:${String(line)}`;
  for (const unit of units) counts.set(placeOf(unit), (counts.get(placeOf(unit)) ?? 0) + 1);
  const countOf = (unit: Configuration): number => counts.get(placeOf(unit)) ?? 0;
  return new Map(
    units
      .filter((unit) => unit.root !== folderOf(unit.file.path) || countOf(unit) > 1)
      .map((unit) => [unit, ` (serves ${counted(countOf(unit), "unit")})`]),
  );
}
