import { forEachLimited } from "../../work/for-each-limited";
import { shown, type Problem } from "../../problem/problem";
import { home, placeText } from "../scan/configuration";
import { deployFirst } from "../live/overlap";
import type { ScannedConfiguration } from "../scan/scan";

/**
 * Consumers that were asked for by name: Terraform is not run for them here, but in what synth made of them.
 * @param selected what is to be initialized
 */
export function notInitialized(selected: readonly ScannedConfiguration[]): Problem[] {
  const isMade = ({ root }: ScannedConfiguration): boolean =>
    selected.some(({ synthesizedFrom }) => synthesizedFrom === root);
  return selected
    .filter((configuration) => configuration.source === "consumer" && !isMade(configuration))
    .map((consumer) => ({
      code: "consumer-root",
      path: placeText(home(consumer)),
      message: `must be a root that Terraform is run in, got the consumer ${shown(consumer.label ?? consumer.root)} of a config`,
      fix: `${deployFirst(consumer.label ?? consumer.root)}.`,
    }));
}

/** Where a state is, as far as it is known: what a file does not say, or computes, is undefined. */
export interface StateAddress {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** One way in which a root is set up. */
export interface InitSetup extends StateAddress {
  /** Partial configurations, least first. */
  readonly partials: readonly string[];
}

/** One root that Terraform is run in. */
export interface InitRoot {
  readonly root: string;
  readonly tool: "terraform" | "opentofu";
  /** Never empty. */
  readonly setups: readonly InitSetup[];
}

/** What running in a root, set up in one way, came to. `changes`: the plan has something to do, which may well be meant. */
export interface InitResult {
  readonly root: string;
  readonly partials: readonly string[];
  readonly outcome: "unchanged" | "changes" | "failed" | "not-run";
  /** Whether `.terraform` is initialized with it now. */
  readonly initialized: boolean;
  readonly seconds: number;
  readonly problems: readonly Problem[];
}

/** Where Terraform keeps what it initialized: a folder, or, undefined, the root's own `.terraform`. */
export type DataFolder = string | undefined;

/** Ended because the whole run is to stop. */
export type Interrupted = "interrupted";

/** The real side of {@link initRoots}. */
export interface InitPort {
  /** The state that `.terraform` leads to; undefined where it leads to no S3 backend. */
  initialized(root: InitRoot): StateAddress | undefined;
  /** Calls `work` with an empty folder outside the root, which is gone afterwards. */
  withScratch<T>(work: (data: string) => Promise<T>): Promise<T>;
  /** `terraform init -reconfigure`. @returns why it failed */
  init(root: InitRoot, partials: readonly string[], data: DataFolder): Promise<Problem | Interrupted | undefined>;
  /** `terraform plan`, under its lock. */
  plan(root: InitRoot, data: DataFolder): Promise<"unchanged" | "changes" | Interrupted | Problem>;
  /** Milliseconds, of a clock that never goes back. */
  clock(): number;
}

/** How many roots at one time, and how to be stopped. */
export interface InitOptions {
  readonly limit: number;
  /** Asked before each root, and each way it is set up: true where no more are to be begun. */
  readonly isStopped: () => boolean;
  readonly onResult: (result: InitResult) => void;
  readonly onProgress: (done: number, of: number) => void;
}

/** Initializes and plans every root; one that fails does not stop the others. In the order of the roots. */
export async function initRoots(
  port: InitPort,
  roots: readonly InitRoot[],
  { limit, isStopped, onResult, onProgress }: InitOptions,
): Promise<InitResult[]> {
  const results = new Map<InitRoot, InitResult[]>();
  await forEachLimited(roots, limit, async (root) => {
    results.set(root, await initRoot(port, root, isStopped, onResult));
    onProgress(results.size, roots.length);
  });
  return roots.flatMap((root) => results.get(root) ?? []);
}

/**
 * The way that `.terraform` is initialized in. A root must not be led to another state than it was on: of alternatives
 * none is taken that `.terraform` did not lead to before.
 */
export function ownSetup({ setups }: InitRoot, before: StateAddress | undefined): InitSetup | undefined {
  const [first, ...others] = setups;
  // Without partial files there is no other state that this root could be on.
  if (others.length === 0 && (before === undefined || first?.partials.length === 0)) return first;
  if (before?.bucket === undefined || before.key === undefined) return undefined;
  const same = setups.filter(({ bucket, key }) => bucket === before.bucket && key === before.key);
  return same.length === 1 ? same[0] : undefined;
}

async function initRoot(
  port: InitPort,
  root: InitRoot,
  isStopped: () => boolean,
  onResult: InitOptions["onResult"],
): Promise<InitResult[]> {
  const own = ownSetup(root, port.initialized(root));
  const results: InitResult[] = [];
  const runAll = async (scratch: DataFolder): Promise<void> => {
    for (const setup of root.setups) {
      const place = { isOwn: setup === own, data: setup === own ? undefined : scratch };
      const result = isStopped() ? notRun(root, setup) : await initSetup(port, root, setup, place);
      results.push(result);
      onResult(result);
    }
  };
  if (root.setups.every((setup) => setup === own)) await runAll(undefined);
  else await port.withScratch(runAll);
  return results;
}

async function initSetup(
  port: InitPort,
  root: InitRoot,
  setup: InitSetup,
  { isOwn, data }: { readonly isOwn: boolean; readonly data: DataFolder },
): Promise<InitResult> {
  const started = port.clock();
  const failed = await port.init(root, setup.partials, data);
  const planned = failed ?? (await port.plan(root, data));
  const seconds = Math.round((port.clock() - started) / 100) / 10;
  const ended = { root: root.root, partials: setup.partials, initialized: isOwn && failed === undefined, seconds };
  if (planned === "interrupted") return { ...ended, outcome: "not-run", problems: [] };
  if (typeof planned === "string") return { ...ended, outcome: planned, problems: [] };
  return { ...ended, outcome: "failed", problems: [planned] };
}

function notRun({ root }: InitRoot, { partials }: InitSetup): InitResult {
  return { root, partials, outcome: "not-run", initialized: false, seconds: 0, problems: [] };
}
