/**
 * Installs moto and SeaweedFS, the S3 servers of the tests, unless the machine has usable ones. Prints the path of each
 * program. Run it with `npx tsx lab/machine/install-test-servers.ts`.
 */
import { findMotoServer, installMotoServer } from "./moto-install";
import { installWeed } from "./weed-install";

async function main(): Promise<void> {
  const onProgress = (line: string): void => {
    console.error(line);
  };
  console.log(findMotoServer() ?? (await installMotoServer({ onProgress })));
  // SeaweedFS is optional: without it, the tests that need it are skipped.
  console.log((await installWeed(onProgress)) ?? "no SeaweedFS");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
