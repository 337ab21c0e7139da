import fc from "fast-check";
import { FULL } from "./full";

/**
 * The seed of the property tests. It is fixed, so that a change is never blamed for an input that the run before it did not
 * have. STATELOCK_SEED takes another.
 */
fc.configureGlobal({ seed: Number(process.env["STATELOCK_SEED"] ?? 20_260_101) });

/** How often a property runs: ten times as often in `npm run test:full`. */
export function runs(times: number): { readonly numRuns: number } {
  return { numRuns: FULL ? times * 10 : times };
}

export default fc;
