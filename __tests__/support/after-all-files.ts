import { rmSync } from "node:fs";
import { basename } from "node:path";

/** Run by jest when its workers have ended: removes the temporary folder of this run. */
export default function afterAllFiles(): void {
  const folder = process.env["TMPDIR"] ?? "";
  if (basename(folder).startsWith("statelock-tests-")) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
