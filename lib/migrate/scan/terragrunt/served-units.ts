import { counted } from "../../../text/counted";
import { folderOf } from "../source/site";
import type { Configuration } from "../configuration/configuration";

/** Returns, for each configuration of a unit, how many units its block serves; nothing for a block in the unit's own folder. */
export function servedUnits(units: readonly Configuration[]): ReadonlyMap<Configuration, string> {
  const counts = new Map<string, number>();
  const placeOf = ({ file, line }: Configuration): string => `${file.path}:${String(line)}`;
  for (const unit of units) counts.set(placeOf(unit), (counts.get(placeOf(unit)) ?? 0) + 1);
  return new Map(
    units
      .filter(({ root, file }) => root !== folderOf(file.path))
      .map((unit) => [unit, ` (serves ${counted(counts.get(placeOf(unit)) ?? 0, "unit")})`]),
  );
}
