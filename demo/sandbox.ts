/** `npm run sandbox`: keeps an AWS stand-in running, and prints what a shell needs to use it instead of AWS. */
import { findMotoServer, installMotoServer } from "../lab/machine/moto-install";
import { startStandIn } from "../lab/stand-in/stand-in";
import { shellQuoted } from "../lib/text/shell-quoted";

async function sandbox(): Promise<void> {
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  if (findMotoServer() === undefined) await installMotoServer({ onProgress: tell });
  const standIn = await startStandIn({ region: "eu-central-1" });
  tell(
    `An AWS stand-in for account ${standIn.accountId} listens on ${standIn.url}. Ctrl+C stops it and forgets everything.`,
  );
  tell("In another shell, paste:");
  for (const [name, value] of Object.entries(standIn.env)) console.log(`export ${name}=${shellQuoted(value)}`);
  const stop = (): void => void standIn.stop().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

void sandbox();
