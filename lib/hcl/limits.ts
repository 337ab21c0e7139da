import { SyntaxProblem, tooDeep } from "./syntax";

/** Numbers that take HashiCorp's parser minutes or longer: it computes each digit. No engine computes with them. */
const HUGE = /(?<![\w.])(?:\d+(?:\.\d+)?[eE][-+]?\d{4,}|[\d.]{5000,})(?!\w)/;

/** Deepest nesting that the parser reads. A stack overflow ends its program, and the call would never return. */
const DEEPEST = 1_000;

/** How many characters of a line may be outside of texts: each of a chain of operators is a level for the parser. */
const LONGEST_LINE = 10_000;

/** Returns a problem if HashiCorp's parser could not read a text in reasonable time. Takes time in proportion to the text. */
export function beyondLimits(text: string): SyntaxProblem | undefined {
  const code = withoutTexts(text);
  const huge = HUGE.exec(code);
  if (huge !== null) return new SyntaxProblem(lineAt(code, huge.index), "has a number that is too long to compute");
  const long = code.split("\n").findIndex((line) => line.replace(/ +/g, " ").length > LONGEST_LINE);
  if (long !== -1) return new SyntaxProblem(long + 1, "has a line that is too long to parse");
  return bracketDepth(code) > DEEPEST ? tooDeep() : undefined;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Blanks quoted texts without a template. A quote that does not end on its line stays. */
function withoutTexts(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.includes('"') ? lineWithoutTexts(line) : line))
    .join("\n");
}

function lineWithoutTexts(line: string): string {
  let code = "";
  let from = 0;
  for (let open = line.indexOf('"'); open !== -1; open = line.indexOf('"', from)) {
    let end = open + 1;
    while (end < line.length && line[end] !== '"') end += line[end] === "\\" ? 2 : 1;
    const inner = line.slice(open + 1, end);
    if (end >= line.length) break;
    code += line.slice(from, open) + (/[$%]\{/.test(inner) ? inner : " ");
    from = end + 1;
  }
  return code + line.slice(from);
}

/** Returns the nesting depth. It also counts brackets in templates and comments, which does not matter at this limit. */
function bracketDepth(code: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of code.matchAll(/[([{)\]}]/g)) {
    depth = Math.max(0, depth + ("([{".includes(bracket) ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
