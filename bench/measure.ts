import { spawn } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";

/** A Node program to measure. */
export interface Program {
  readonly args: readonly string[];
  /** @default - the working directory of the bench */
  readonly cwd?: string;
  /** Runs before each start, and is not measured. @default - nothing */
  readonly before?: () => void;
}

/** What a program used, from its start to its end. */
export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak of the resident memory. */
  readonly megabytes: number;
}

const PRELOAD = ["--require", join(__dirname, "usage.js")];

/** Runs the program once. */
async function run({ args, cwd, before }: Program): Promise<Usage> {
  before?.();
  const started = performance.now();
  const child = spawn(process.execPath, [...PRELOAD, ...args], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
    ...(cwd !== undefined && { cwd }),
  });
  const reported = text(child.stdio[3] as Readable);
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve));
  const seconds = (performance.now() - started) / 1_000;
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}`);
  return { seconds, ...(JSON.parse(await reported) as Omit<Usage, "seconds">) };
}

/** Runs programs in turn, after one round to warm up, and returns the median of what each used. */
export async function compare(programs: readonly Program[], rounds: number): Promise<Usage[]> {
  const used = programs.map((): Usage[] => []);
  for (let round = 0; round <= rounds; round += 1)
    for (const [index, program] of programs.entries()) {
      const usage = await run(program);
      if (round > 0) used[index]?.push(usage);
    }
  return used.map((each) => ({
    seconds: median(each.map(({ seconds }) => seconds)),
    cpuSeconds: median(each.map(({ cpuSeconds }) => cpuSeconds)),
    megabytes: median(each.map(({ megabytes }) => megabytes)),
  }));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
