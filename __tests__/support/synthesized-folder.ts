import { papersOf } from "../../lib/home/papers";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeArtifacts } from "../../lib/artifacts/write-artifacts";
import type { StateHome } from "../../lib/config/state-home";

/** A folder as synth leaves it, but for the stacks. @returns its path; the caller removes it */
export function synthesizedFolder(home: StateHome): string {
  const folder = mkdtempSync(join(tmpdir(), "statelock-synthesized-"));
  writeArtifacts(papersOf(home), join(folder, "cdktf.out"));
  return folder;
}
