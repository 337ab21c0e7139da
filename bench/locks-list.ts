import { spawn } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { lockBody, startFakeS3 } from "../lab/memory/memory-s3";

/** `statelock locks list` on a large bucket, against nothing but listing it: `npm run bench`. */

const OBJECTS = 100_000;
const LOCKS = 20;
const ROUNDS = 3;
const ROOT = join(__dirname, "..");

async function main(): Promise<void> {
  const s3 = await startFakeS3();
  for (let n = 0; n < OBJECTS - LOCKS; n += 1) s3.put(`team/${String(n)}/terraform.tfstate`, "{}");
  for (let n = 0; n < LOCKS; n += 1) s3.put(`team/${String(n)}/terraform.tfstate.tflock`, lockBody(String(n)));
  const { name, region, access } = s3.place;
  const at = [name, region, access?.endpointUrl ?? ""] as const;
  const [list, locks]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    list.push(await seconds([join(ROOT, "bench", "list-objects.js"), ...at]));
    locks.push(await seconds(locksList(...at)));
  }
  await s3.stop();
  const [listing, command] = [median(list), median(locks)];
  console.log(`${String(OBJECTS)} objects, ${String(LOCKS)} locks, median of ${String(ROUNDS)}`);
  console.log(`  listing them            ${listing.toFixed(2)} s`);
  console.log(`  statelock locks list    ${command.toFixed(2)} s`);
  console.log(`  ratio                   ${(command / listing).toFixed(2)}`);
}

function locksList(bucket: string, region: string, endpointUrl: string): string[] {
  const flags = ["--bucket", bucket, "--region", region, "--endpoint-url", endpointUrl];
  return [join(ROOT, "bin", "statelock.js"), "locks", "list", "--json", ...flags];
}

/** How long a command takes, from its start to its end. */
function seconds(args: readonly string[]): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve((performance.now() - started) / 1_000);
      else reject(new Error(`${args.join(" ")} ended with ${String(code)}`));
    });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

void main();
