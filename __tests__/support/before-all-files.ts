import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMotoForks } from "../../lab/machine/moto-forks";
import { findMotoServer } from "../../lab/machine/moto-install";
import { PROJECT_ROOT } from "../../lab/machine/project-root";

/**
 * Run by jest before its workers start: each of them would otherwise build the command that tests start, and pay a
 * Python of its own to find moto.
 */
export default async function beforeAllFiles(): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript, which runs before anything is built
  const { freshBuild } = require(join(PROJECT_ROOT, "scripts", "fresh-build.js")) as { freshBuild: () => void };
  freshBuild();
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const server = findMotoServer();
  if (server !== undefined) process.env["STATELOCK_MOTO_SERVER"] = server;
  // Workers and what they start inherit it; `after-all-files.ts` removes it with all that a test or a program left there.
  process.env["TMPDIR"] = realpathSync(mkdtempSync(join(tmpdir(), "statelock-tests-")));
  if (server !== undefined) await startMotoForks(server, join(process.env["TMPDIR"], "moto.sock"));
}
