import { sep } from "node:path";

/** True if a real path is below one of these folders, given by their real paths. */
export function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder === sep ? sep : folder + sep));
}
