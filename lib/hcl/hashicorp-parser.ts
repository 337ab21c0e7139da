import type * as Hcl2Json from "@cdktf/hcl2json";
import { SyntaxProblem, type HclReader } from "./syntax";

/** `statelock.tf:3,8-12: Summary; details` */
const DIAGNOSTIC = /statelock\.tf:(\d+),.*?: (.*)/s;

/**
 * HashiCorp's own HCL parser, compiled to WebAssembly. It is loaded when it is first asked: that costs a third of a
 * second, and a scan asks it only about files that the parser with positions does not take.
 */
export const readHcl: HclReader = async (text) => {
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
