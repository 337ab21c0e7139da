/** `npx tsx lab/machine/install-test-servers.ts`: installs the stores of the tests if the machine has no usable ones. */
import { findMotoServer, installMotoServer } from "./moto-install";
import { installWeed } from "./weed-install";

async function main(): Promise<void> {
  const onProgress = (line: string): void => {
    console.error(line);
  };
  console.log(findMotoServer() ?? (await installMotoServer({ onProgress })));
  console.log((await installWeed(onProgress)) ?? "no SeaweedFS");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
