import { lstatSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { textIfThere } from "./exclusive-file";
import { isInside } from "./inside";
import { digest, type JournalScope } from "./journal";
import { readLeftFile, refuseLink } from "./left-file";
import type { RunRecord } from "./project-files";
import { writeWhole } from "./whole-file";

const schema = z.strictObject({
  version: z.literal(1),
  files: z.array(z.strictObject({ path: z.string(), after: z.string().regex(/^[0-9a-f]{64}$/) })),
});

/** A scan skips this folder. */
const FILE = join(".statelock", "migrate-run.json");

/**
 * The real side of {@link RunRecord}, in a working directory. The record exists while a run writes, and stays if that run
 * is killed. A file counts as written by that run while its content is exactly what the run planned, and while it is a
 * plain file in a folder that this run may change.
 * @param companions real paths of records that a run writes besides; they count while the run's own record exists
 */
export function runRecord(workingDirectory: string, companions: readonly string[], scope: JournalScope): RunRecord {
  const path = join(workingDirectory, FILE);
  const recorded = (): readonly { readonly path: string; readonly after: string }[] | undefined => {
    const found = readLeftFile(path, schema, scope.isTracked);
    return found?.files.filter(
      (file) =>
        isInside(file.path, scope.within) &&
        lstatSync(file.path, { throwIfNoEntry: false })?.isFile() === true &&
        digest(textIfThere(file.path) ?? "") === file.after,
    );
  };
  return {
    written: () => {
      const files = recorded();
      return Promise.resolve(new Set(files === undefined ? [] : [...files.map((file) => file.path), ...companions]));
    },
    begin: (replacements) => {
      const planned = replacements.map(({ realPath, after }) => ({ path: realPath, after: digest(after) }));
      refuseLink(join(workingDirectory, ".statelock"));
      writeWhole(path, `${JSON.stringify({ version: 1, files: [...(recorded() ?? []), ...planned] })}\n`);
      return Promise.resolve();
    },
    end: () => rm(path, { force: true }),
  };
}
