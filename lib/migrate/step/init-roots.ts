import { forEachLimited } from "../../work/for-each-limited";
import type { Problem } from "../../problem/problem";
import type { DataFolder, InitOptions, InitPort, InitResult, InitRoot, InitSetup, StateAddress } from "./init-port";
import type { ProveLocking } from "./prove-stores";
import { grouped } from "../../text/grouped";

/** Initializes and plans every root. A root that fails does not stop the others. Returns results in the order of the roots. */
export async function initRoots(
  port: InitPort,
  roots: readonly InitRoot[],
  { limit, isStopped, onResult, onProgress, prove }: InitOptions,
): Promise<InitResult[]> {
  const results = new Map<InitRoot, InitResult[]>();
  // Two engines in one folder share its data folder and its dependency lock file: they run one after the other.
  const folders = [...grouped(roots, ({ root }) => root).values()];
  await forEachLimited(folders, limit, async (inFolder) => {
    for (const root of inFolder) {
      results.set(root, await initRoot(port, root, { isShared: inFolder.length > 1, isStopped, onResult, prove }));
      onProgress(results.size, roots.length);
    }
  });
  return roots.flatMap((root) => results.get(root) ?? []);
}

/**
 * Returns the way in which `.terraform` may be initialized. A root must stay on its state: of several ways, this is the
 * one that leads to the state that `.terraform` pointed to before.
 * @param isShared another engine configures the same folder
 */
function ownSetup({ setups }: InitRoot, before: StateAddress | undefined, isShared = false): InitSetup | undefined {
  const [first, ...others] = setups;
  // Without partial files the root can be on no other state.
  if (!isShared && others.length === 0 && (before === undefined || first?.partials.length === 0)) return first;
  if (before?.bucket === undefined || before.key === undefined) return undefined;
  const same = setups.filter(({ bucket, key }) => bucket === before.bucket && key === before.key);
  const there = same.length === 1 ? same : same.filter(({ endpoint }) => endpoint === before.endpoint);
  return there.length === 1 ? there[0] : undefined;
}

async function initRoot(
  port: InitPort,
  root: InitRoot,
  {
    isShared,
    isStopped,
    onResult,
    prove,
  }: Pick<InitOptions, "isStopped" | "onResult"> & {
    readonly isShared: boolean;
    readonly prove: ProveLocking | undefined;
  },
): Promise<InitResult[]> {
  const own = ownSetup(root, port.initialized(root), isShared);
  const results: InitResult[] = [];
  const runAll = async (scratch: DataFolder): Promise<void> => {
    for (const setup of root.setups) {
      const place = { isOwn: setup === own, data: setup === own ? undefined : scratch, prove };
      const result = isStopped() ? notRun(root, setup) : await initSetup(port, root, setup, place);
      results.push(result);
      onResult(result);
    }
  };
  if (root.setups.every((setup) => setup === own)) await runAll(undefined);
  else await port.withScratch(runAll);
  return results;
}

/** How a root is set up. */
interface Place {
  readonly isOwn: boolean;
  readonly data: DataFolder;
  readonly prove: ProveLocking | undefined;
}

/** Returns why the store does not lock. What could not be found out is left to the engine, which asks the store itself. */
async function unfitStore({ locksIn }: InitSetup, prove: Place["prove"]): Promise<Problem | undefined> {
  const fault = locksIn === undefined ? undefined : await prove?.(locksIn);
  return fault?.kind === "refused" ? fault.problems[0] : undefined;
}

async function initSetup(
  port: InitPort,
  root: InitRoot,
  setup: InitSetup,
  { isOwn, data, prove }: Place,
): Promise<InitResult> {
  const started = port.clock();
  const failed = (await unfitStore(setup, prove)) ?? (await port.init(root, setup, data));
  const planned = failed ?? (await port.plan(root, data));
  const seconds = Math.round((port.clock() - started) / 100) / 10;
  const ended = {
    root: root.root,
    engine: root.engine.name,
    partials: setup.partials,
    initialized: isOwn && failed === undefined,
    seconds,
  };
  if (planned === "interrupted") return { ...ended, outcome: "not-run", problems: [] };
  if (typeof planned === "string") return { ...ended, outcome: planned, problems: [] };
  return { ...ended, outcome: "failed", problems: [planned] };
}

/** Returns the result of a way to set a root up that did not run. */
export function notRun({ root, engine }: InitRoot, { partials }: InitSetup): InitResult {
  return { root, engine: engine.name, partials, outcome: "not-run", initialized: false, seconds: 0, problems: [] };
}
