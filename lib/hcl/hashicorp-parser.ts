import type * as Hcl2Json from "@cdktf/hcl2json";
import { SyntaxProblem, tooDeep, type HclReader } from "./syntax";

/** `statelock.tf:3,8-12: Summary; details` */
const DIAGNOSTIC = /statelock\.tf:(\d+),.*?: (.*)/s;

/** Deepest nesting that the parser reads. A stack overflow ends its program, and the call would never return. */
const DEEPEST = 1_000;

/**
 * HashiCorp's own HCL parser, compiled to WebAssembly. It is loaded when it is first asked: that costs a third of a
 * second, and a scan asks it only about files that the parser with positions does not take.
 */
export const readHcl: HclReader = async (text) => {
  if (bracketDepth(text) > DEEPEST) return tooDeep();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module starts its program when it is loaded
  const { parse } = require("@cdktf/hcl2json") as typeof Hcl2Json;
  try {
    return (await parse("statelock.tf", text)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, line, detail] = DIAGNOSTIC.exec(message) ?? [];
    return new SyntaxProblem(Number(line ?? 1), (detail ?? message).replace(/\]$/, ""));
  }
};

/** Brackets in strings and comments count too: nobody has a thousand more that open than close. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[([{)\]}]/g)) {
    depth = Math.max(0, depth + ("([{".includes(bracket) ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
