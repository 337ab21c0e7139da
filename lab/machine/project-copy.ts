import { cpSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { PROJECT_ROOT } from "./project-root";

const LEFT_OUT =
  /^(node_modules|cdktf\.out|cdktf\.log|\.git|\.statelock|\.terraform|coverage|.*\.tfplan|.*\.tfstate.*)$/;

/** Copies this project's sources, as they are now, to a new directory; its node_modules is linked, not copied. */
export function copyProject(directory: string): string {
  cpSync(PROJECT_ROOT, directory, {
    recursive: true,
    filter: (source) => source === PROJECT_ROOT || !LEFT_OUT.test(basename(source)),
  });
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(directory, "node_modules"));
  return directory;
}
