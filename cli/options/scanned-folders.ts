import { statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { UserError, type Problem } from "../../lib/problem/problem";
import { shellQuoted } from "../../lib/text/shell-quoted";
import type { CommandContext } from "../screen/command-context";

/** Returns folders as paths from the working directory. @throws UserError if one of them is not a folder */
export function scannedFolders(
  context: Pick<CommandContext, "workingDirectory">,
  given: readonly string[],
): readonly string[] {
  const folders = given.map((each) => fromHere(context, each));
  const problems = folders.flatMap((folder) => folderProblems(folder, resolve(context.workingDirectory, folder)));
  if (problems.length > 0) throw new UserError(problems, "unknown");
  return folders;
}

/** Returns a path from the working directory, with slashes. */
export function fromHere({ workingDirectory }: Pick<CommandContext, "workingDirectory">, path: string): string {
  const from = relative(workingDirectory, resolve(workingDirectory, path)).split(sep).join("/");
  return from === "" ? "." : from;
}

function folderProblems(folder: string, path: string): Problem[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return [];
  const above = folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) || "/" : ".";
  return [
    {
      code: "unreadable-folder",
      path: folder,
      message: `must be a folder, got ${found === undefined ? "nothing" : "a file"}`,
      fix:
        found === undefined
          ? "Name the folders to scan, or no folder for the working directory."
          : `Name the folder that holds it: ${shellQuoted(above)}`,
    },
  ];
}
