import type { EngineName } from "../../lib/engine/engine";

/** The release lines of each engine that CI tests, and of which docs/evidence/proof.md has a column or says that it has none. */
export const ENGINES_TO_PROVE: readonly { readonly name: EngineName; readonly line: string }[] = [
  { name: "terraform", line: "1.11" },
  { name: "terraform", line: "1.13" },
  { name: "terraform", line: "1.15" },
  { name: "tofu", line: "1.10" },
  { name: "tofu", line: "1.11" },
  { name: "tofu", line: "1.12" },
];
