import type * as Hcl2Json from "@cdktf/hcl2json";
import { beyondLimits } from "./limits";
import { SyntaxProblem, type HclReader } from "./syntax";

/** `statelock.tf:3,8-12: Summary; details` */
const DIAGNOSTIC = /statelock\.tf:(\d+),.*?: (.*)/s;

/**
 * Reads HCL with HashiCorp's own parser, compiled to WebAssembly. The first call loads it, which takes a third of a second.
 * A scan uses it only for files that the parser with positions rejects.
 */
export const readHcl: HclReader = async (text) => {
  const beyond = beyondLimits(text);
  if (beyond !== undefined) return beyond;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module starts its program on load
  const { parse } = require("@cdktf/hcl2json") as typeof Hcl2Json;
  try {
    return (await parse("statelock.tf", text)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, line, detail] = DIAGNOSTIC.exec(message) ?? [];
    return new SyntaxProblem(Number(line ?? 1), oneLine((detail ?? message).replace(/\]$/, "")));
  }
};

/** Puts several diagnostics on one line. The parser knows the file only by a made-up name. */
function oneLine(message: string): string {
  return message.replace(/\s*statelock\.tf:(\d+),\S*?:(?=\s)/g, " Line $1:").replace(/\s+/g, " ");
}
