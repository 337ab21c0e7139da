import { forEachLimited } from "../for-each-limited";
import { shown, type Problem } from "../problem";
import { home, placeText } from "./configuration";
import { deployFirst } from "./live-findings";
import type { ScannedConfiguration } from "./scan";

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

/** One root that Terraform is run in. */
export interface InitRoot {
  readonly root: string;
  readonly tool: "terraform" | "opentofu";
  /** Partial configurations, least first: one list for each way the root is set up. */
  readonly partials: readonly (readonly string[])[];
}

/** What running in a root came to. `changes`: the plan has something to do, which may well be meant. */
export interface InitResult {
  readonly root: string;
  readonly outcome: "unchanged" | "changes" | "failed" | "not-run";
  readonly seconds: number;
  readonly problems: readonly Problem[];
}

/** The real side of {@link initRoots}. */
export interface InitPort {
  /** `terraform init -reconfigure`. @returns why it failed */
  init(root: InitRoot, partials: readonly string[]): Promise<Problem | undefined>;
  /** `terraform plan`, under its lock. */
  plan(root: InitRoot): Promise<"unchanged" | "changes" | Problem>;
  /** Milliseconds, of a clock that never goes back. */
  clock(): number;
}

/** How many roots at one time, and how to be stopped. */
export interface InitOptions {
  readonly limit: number;
  /** Asked before each root: true where no more are to be begun. */
  readonly isStopped: () => boolean;
  readonly onResult: (result: InitResult, done: number, of: number) => void;
}

/** Initializes and plans every root; one that fails does not stop the others. In the order of the roots. */
export async function initRoots(
  port: InitPort,
  roots: readonly InitRoot[],
  { limit, isStopped, onResult }: InitOptions,
): Promise<InitResult[]> {
  const results = new Map<InitRoot, InitResult>();
  await forEachLimited(roots, limit, async (root) => {
    const result = isStopped() ? notRun(root) : await initRoot(port, root, isStopped);
    results.set(root, result);
    onResult(result, results.size, roots.length);
  });
  return roots.flatMap((root) => results.get(root) ?? []);
}

async function initRoot(port: InitPort, root: InitRoot, isStopped: () => boolean): Promise<InitResult> {
  const started = port.clock();
  const ended = (outcome: InitResult["outcome"], problems: readonly Problem[] = []): InitResult => {
    return { root: root.root, outcome, seconds: Math.round((port.clock() - started) / 100) / 10, problems };
  };
  let changes = false;
  for (const partials of root.partials) {
    const failed = await port.init(root, partials);
    const planned = failed ?? (await port.plan(root));
    if (typeof planned !== "string") return ended(isStopped() ? "not-run" : "failed", [planned]);
    changes ||= planned === "changes";
  }
  return ended(changes ? "changes" : "unchanged");
}

function notRun({ root }: InitRoot): InitResult {
  return { root, outcome: "not-run", seconds: 0, problems: [] };
}
