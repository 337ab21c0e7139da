import type { HclParser, HclReader } from "../../../hcl/syntax";

/** The two parsers of a rewrite: the first finds positions, the second confirms the result. */
export interface Parsers {
  readonly positions: HclParser;
  readonly confirm: HclReader;
}
