import fc from "fast-check";
import { FULL } from "./full";

/** Property tests: one seed in `npm test`, so that it does the same everywhere; a new seed in each `npm run test:full`. */
if (!FULL) fc.configureGlobal({ seed: 20_260_101 });

/** How often a property runs: ten times as often in `npm run test:full`. */
export function runs(times: number): { readonly numRuns: number } {
  return { numRuns: FULL ? times * 10 : times };
}

export default fc;
