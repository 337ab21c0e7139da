import type { ConfigTools } from "../../files/project-files";
import type { HclParser, HclReader } from "../../hcl/syntax";

/** The two parsers a rewrite relies on: one finds the places, the other confirms what came of it; and a config's own. */
export interface Parsers {
  readonly positions: HclParser;
  readonly confirm: HclReader;
  readonly config: ConfigTools;
}
