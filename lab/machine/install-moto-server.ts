/** `npx tsx lab/machine/install-moto-server.ts`: installs a private moto_server if the machine has no usable one. */
import { findMotoServer, installMotoServer } from "./moto-install";

async function main(): Promise<void> {
  const server =
    findMotoServer() ??
    (await installMotoServer({
      onProgress: (line) => {
        console.error(line);
      },
    }));
  console.log(server);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
