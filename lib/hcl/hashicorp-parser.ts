import { hashicorpProgram, type ParserProgram } from "./hashicorp-program";
import { beyondLimits, longHeredoc } from "./limits";
import { SyntaxProblem, type HclReader } from "./syntax";

/** `statelock.tf:3,8-12: Summary; details` */
const DIAGNOSTIC = /statelock\.tf:(\d+),.*?: (.*)/s;

/** How long a parse may take, in milliseconds. A file of 1 MiB takes a few seconds. */
const LONGEST_PARSE = 10_000;

/**
 * Reads HCL with HashiCorp's own parser, compiled to WebAssembly. A scan uses it only for files that the parser with positions
 * rejects. A text that the parser cannot read in time, or that ends its program, is a syntax problem.
 */
export const readHcl: HclReader = (text) => readWith(hashicorp, text);

const hashicorp = hashicorpProgram(LONGEST_PARSE);

/** Reads HCL with a program that runs HashiCorp's parser. */
export async function readWith(program: ParserProgram, text: string): ReturnType<HclReader> {
  const beyond = beyondLimits(text) ?? longHeredoc(text);
  if (beyond !== undefined) return beyond;
  const answer = await program(text);
  if ("result" in answer) return answer.result;
  if ("lost" in answer) return new SyntaxProblem(1, LOST[answer.lost], true);
  const [, line, detail] = DIAGNOSTIC.exec(answer.error) ?? [];
  return new SyntaxProblem(Number(line ?? 1), oneLine((detail ?? answer.error).replace(/\]$/, "")));
}

const LOST = {
  "took too long": "takes too long to parse",
  "was not asked": "is not parsed, because too many other files took too long",
  "ended its program": "is nested too deeply: HashiCorp's parser ends",
} as const;

/** Puts several diagnostics on one line, each of them once. The parser knows the file only by a made-up name. */
function oneLine(message: string): string {
  const told = new Set<string>();
  return message
    .split(/(?=\bstatelock\.tf:\d+,)/)
    .map((part) =>
      part
        .replace(/^statelock\.tf:(\d+),\S*?:(?=\s)/, "Line $1:")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .filter((part) => {
      const what = part.replace(/^Line \d+: /, "");
      return told.size !== told.add(what).size;
    })
    .join(" ");
}
