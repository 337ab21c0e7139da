import { replaceFiles } from "../../lib/files/replace-files";
import { runRecord } from "../../lib/files/unfinished-run";
import type { Scan } from "../../lib/migrate/scan/scan";
import type { ApplyPorts } from "../../lib/migrate/step/apply-plan";
import type { Locking } from "../../lib/policy/access-level";
import { gitVersionControl } from "../../lib/programs/working-tree";
import type { CommandContext } from "../screen/command-context";
import { phaseMemory, type SeenRecords } from "./migrate-sightings";

/** Returns the ports that change the files of a project and remember the phase in its records. */
export function applyPorts(
  { workingDirectory, environment }: CommandContext,
  { configurations }: Scan,
  records: SeenRecords,
  to: Locking,
): ApplyPorts {
  return {
    replace: replaceFiles(workingDirectory),
    versionControl: gitVersionControl(workingDirectory, environment),
    record: runRecord(workingDirectory, records.files),
    memory: phaseMemory(records, configurations, to),
  };
}
