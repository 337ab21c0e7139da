import { Option } from "commander";
import { replaceFiles } from "../../../lib/files/replace-files";
import { realFolders } from "../../../lib/files/find-files";
import { runRecord } from "../../../lib/files/unfinished-run";
import type { ScannedProject } from "../../../lib/migrate/step/plan-step";
import type { ApplyPorts } from "../../../lib/migrate/step/apply-plan";
import type { Locking } from "../../../lib/policy/access-level";
import { gitVersionControl, trackedByGit } from "../../../lib/programs/working-tree";
import type { CommandContext } from "../../screen/command-context";
import { phaseMemory, type SeenRecords } from "../project/migrate-sightings";

/** Makes the option `--force` of a command that changes files. */
export function forceOption(): Option {
  return new Option("--force", "also change files with uncommitted changes, and files that git does not track");
}

/** Returns the ports that change the files of a project and remember the phase in its records. */
export function applyPorts(
  { workingDirectory, environment }: CommandContext,
  { scan: { configurations }, folders }: ScannedProject,
  records: SeenRecords,
  to: Locking,
): ApplyPorts {
  const scope = {
    within: realFolders(workingDirectory, [".", ...folders]),
    isTracked: trackedByGit(workingDirectory, environment),
  };
  return {
    replace: replaceFiles(workingDirectory, scope),
    versionControl: gitVersionControl(workingDirectory, environment),
    record: runRecord(workingDirectory, records.files, scope),
    memory: phaseMemory(records, configurations, to),
  };
}
