import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Path → SHA-256 of every file below a folder; links are not followed, and paths that match `leftOut` are not there. */
export function fileDigests(directory: string, leftOut = /^(node_modules|dist)$/): Record<string, string> {
  const digests: Record<string, string> = {};
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = relative(directory, path);
      if (leftOut.test(name)) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) digests[name] = createHash("sha256").update(readFileSync(path)).digest("hex");
    }
  };
  visit(directory);
  return digests;
}
