import { rmSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import type { InitRoot } from "../migrate/step/init-port";
import { plainFileText } from "../files/plain-file";
import { writeWhole } from "../files/whole-file";
import type { DataFolderTexts } from "../migrate/step/moved-state";
import { shown, type Problem } from "../problem/problem";

const FILES = { backend: "terraform.tfstate", workspace: "environment" } as const;

/** Returns the folder in which the engine keeps what it initialized in a root. */
export function dataFolder(root: string, { TF_DATA_DIR: given }: Readonly<Record<string, string | undefined>>): string {
  return resolve(root, given === undefined || given === "" ? ".terraform" : given);
}

/** Reads what a data folder says about the state of its root. */
export function readDataFolder(folder: string): DataFolderTexts {
  const textOf = (name: string): string | undefined => plainFileText(join(folder, name));
  return { backend: textOf(FILES.backend), workspace: textOf(FILES.workspace) };
}

/** Writes both files as they were, or removes them if they were not there. */
export function putBack(folder: string, texts: DataFolderTexts): void {
  for (const which of ["backend", "workspace"] as const) {
    const [path, text] = [join(folder, FILES[which]), texts[which]];
    if (text === undefined) rmSync(path, { force: true });
    else writeWhole(path, text, 0o600);
  }
}

/** Returns a problem if several folders would get one data folder: each init would overwrite the other's backend. */
export function sharedDataFolder(roots: readonly InitRoot[], given: string | undefined): Problem[] {
  const folders = [...new Set(roots.map(({ root }) => root))];
  if (given === undefined || !isAbsolute(given) || folders.length < 2) return [];
  return [
    {
      code: "data-folder-shared",
      path: "TF_DATA_DIR",
      message: `must be a relative path for ${String(folders.length)} roots, got ${shown(given)}: one folder holds the backend of one root`,
      fix: "Unset TF_DATA_DIR, give a relative path, or name one root with --root.",
    },
  ];
}
