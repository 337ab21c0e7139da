import type * as Hcl2Json from "@cdktf/hcl2json";
import { hugeNumber } from "./numbers";
import { SyntaxProblem, tooDeep, type HclReader } from "./syntax";

/** `statelock.tf:3,8-12: Summary; details` */
const DIAGNOSTIC = /statelock\.tf:(\d+),.*?: (.*)/s;

/** Deepest nesting that the parser reads. A stack overflow ends its program, and the call would never return. */
const DEEPEST = 1_000;

/**
 * Reads HCL with HashiCorp's own parser, compiled to WebAssembly. The first call loads it, which takes a third of a second.
 * A scan uses it only for files that the parser with positions rejects.
 */
export const readHcl: HclReader = async (text) => {
  if (bracketDepth(text) > DEEPEST) return tooDeep();
  const huge = hugeNumber(text);
  if (huge !== undefined) return huge;
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

/** Returns the nesting depth. It also counts brackets in strings and comments, which does not matter at this limit. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[([{)\]}]/g)) {
    depth = Math.max(0, depth + ("([{".includes(bracket) ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
