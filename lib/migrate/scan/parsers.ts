import type { HclParser, HclReader } from "../../hcl/syntax";

/** The two parsers a rewrite relies on: one finds the places, the other confirms what came of it. */
export interface Parsers {
  readonly positions: HclParser;
  readonly confirm: HclReader;
}
