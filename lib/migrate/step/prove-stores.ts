import type { Problem, UserError } from "../../problem/problem";
import { counted } from "../../text/counted";
import { forEachLimited } from "../../work/for-each-limited";
import type { Progress } from "../../work/progress";
import { liveTarget, type LiveDefaults, type LiveTarget } from "../live/live-target";
import type { FleetCheck } from "../scan/fleet-checks";
import type { ScannedConfiguration } from "../scan/scan";
import type { Target } from "./move-plan";

/**
 * Port: proves on a key of this run that the store of a root locks, once for each bucket. Returns why not; "unknown" if it could
 * not find out. It asks nothing of AWS, whose locks are documented.
 */
export type ProveLocking = (target: LiveTarget) => Promise<UserError | undefined>;

/** What the stores of the roots that move do with a lock. */
export interface StoreProof {
  /** Refuses a step to `lockfile` onto a store that does not lock. */
  readonly check: FleetCheck;
  /** Why `lockfile` will be refused later; with it, a root may still go to `both`, where the table locks too. */
  readonly warnings: readonly Problem[];
  readonly isUnanswered: boolean;
}

/** How many stores are probed at the same time. */
const AT_ONCE = 4;

/** Proves the store of every root that the step moves. A root whose files do not say where it is has a problem already. */
export async function proveStores(
  prove: ProveLocking,
  selected: readonly ScannedConfiguration[],
  { to, defaults, progress }: { readonly to: Target; readonly defaults: LiveDefaults; readonly progress: Progress },
): Promise<StoreProof> {
  const from = to === "lockfile" ? "both" : "dynamodb";
  const moving = selected.filter(({ source, phase }) => source !== "reader" && phase === from);
  const faults = new Map<ScannedConfiguration, UserError>();
  await progress("Prove that the stores lock", async (say) => {
    let done = 0;
    await forEachLimited(moving, AT_ONCE, async (configuration) => {
      const target = liveTarget(configuration, defaults);
      const fault = "code" in target ? undefined : await prove(target);
      if (fault !== undefined) faults.set(configuration, fault);
      done += 1;
      say(`${String(done)} of ${counted(moving.length, "root")}`);
    });
  });
  const stops = (fault: UserError): boolean =>
    to === "lockfile" || fault.problems.some(({ code }) => code === "interrupted");
  const all = [...new Set(faults.values())];
  return {
    check: (configuration) => {
      const fault = faults.get(configuration);
      return Promise.resolve(fault !== undefined && stops(fault) ? fault.problems : []);
    },
    warnings: all.flatMap((fault) => (stops(fault) ? [] : fault.problems)),
    isUnanswered: all.some((fault) => stops(fault) && fault.kind === "unknown"),
  };
}
