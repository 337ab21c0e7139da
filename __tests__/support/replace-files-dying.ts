import { replaceFiles } from "../../lib/files/replace-files";
import type { FileReplacement } from "../../lib/files/project-files";

/** A process that replaces files and does nothing else: `replace-files-dying.ts <folder> <replacements as JSON>`. */
const [, , folder = ".", replacements = "[]"] = process.argv;

void replaceFiles(folder)(".", JSON.parse(replacements) as FileReplacement[]).then((problems) => {
  process.exitCode = problems.length === 0 ? 0 : 1;
});
