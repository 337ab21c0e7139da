import { rmSync } from "node:fs";
import { basename } from "node:path";
import { stopMotoForks } from "../../lab/machine/moto-forks";

/** Run by jest when its workers have ended: removes the temporary folder of this run. */
export default async function afterAllFiles(): Promise<void> {
  await stopMotoForks();
  const folder = process.env["TMPDIR"] ?? "";
  if (basename(folder).startsWith("statelock-tests-")) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
