import { COMPUTED_TEXT } from "./command-flags";
import { folderOf } from "../source/site";

/** Returns the folder that a command goes to: `cd`, `-chdir`, `working-directory`. A computed part is `*`, a computed path `**`. */
export function folderIn(line: string): string | undefined {
  const found =
    /-chdir[= ]["']?([^\s"']+)/.exec(line) ??
    /\b(?:cd|pushd)\s+["']?([^\s"';&|]+)/.exec(line) ??
    /\bworking[-_]?[dD]irectory["']?\s*:\s*["']?([^\s"']+)/.exec(line) ??
    /^\s*-?\s*(?:dir|project_root|project_path|TF_ROOT)["']?\s*:\s*["']?([^\s"']+)/.exec(line);
  const folder = found?.[1];
  if (folder === undefined || !/[$`{}]/.test(folder)) return folder;
  const known = folder.replace(COMPUTED_TEXT, "*");
  return /[$`{}]/.test(known) || /^\**$/.test(known) ? "**" : known;
}

/** Returns a folder of a command as a path below the scanned one. A script runs in its own folder or, as pipelines do, at the top. */
export function commandFolder(path: string, folder: string): string {
  const plain = folder.replace(/^\.\//, "").replace(/(?<!\/)\/+$/, "");
  if (plain === "**") return plain;
  const isPipeline = /\.ya?ml$|Jenkinsfile/.test(path);
  const own = folderOf(path);
  if (plain === "" || plain === ".") return isPipeline ? "." : own;
  return isPipeline || own === "." ? plain : `${own}/${plain}`;
}
