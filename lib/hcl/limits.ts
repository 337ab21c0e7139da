import { SyntaxProblem, tooDeep } from "./syntax";

/** Numbers that take HashiCorp's parser minutes or longer: it computes each digit. No engine computes with them. */
const HUGE = /(?<![\w.])(?:\d+(?:\.\d+)?[eE][-+]?\d{4,}|[\d.]{5000,})(?!\w)/;

/** Deepest nesting that the parser reads. A stack overflow ends its program, and the call would never return. */
const DEEPEST = 1_000;

/** How many conditions and negations may wait for what follows them: `a ? b : c ? d : …`, `!!!…`. */
const LONGEST_CHAIN = 5_000;

/** How many characters of a line may be outside of texts: each of a chain of operators is a level for the parser. */
const LONGEST_LINE = 10_000;

/** Returns a problem if HashiCorp's parser could not read a text in reasonable time. Takes time in proportion to the text. */
export function beyondLimits(text: string): SyntaxProblem | undefined {
  const code = withoutTexts(text);
  const huge = HUGE.exec(code);
  if (huge !== null)
    return new SyntaxProblem(lineAt(code, huge.index), "has a number that is too long to compute", true);
  const long = code.split("\n").findIndex((line) => line.replace(/ +/g, " ").length > LONGEST_LINE);
  if (long !== -1) return new SyntaxProblem(long + 1, "has a line that is too long to parse", true);
  return nestsTooDeeply(code) ? tooDeep() : undefined;
}

/** Most lines of one heredoc: each one makes HashiCorp's parser copy the lines before it. It takes seconds for this many. */
const MOST_LINES = 8_000;

/** Returns a problem if a heredoc has so many lines that HashiCorp's parser would not read it in reasonable time. */
export function longHeredoc(text: string): SyntaxProblem | undefined {
  let open: { readonly name: string; readonly at: number } | undefined;
  // The end of the text ends a heredoc too.
  for (const [at, line] of [...text.split("\n"), undefined].entries()) {
    if (open !== undefined) {
      if (at - open.at > MOST_LINES)
        return new SyntaxProblem(open.at + 1, "has a heredoc that is too long to parse", true);
      if (line?.trim() === open.name) open = undefined;
    } else {
      const name = /<<-?([\w-]+)\s*$/.exec(line?.slice(-200) ?? "")?.[1];
      if (name !== undefined) open = { name, at };
    }
  }
  return undefined;
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

/** True if brackets or operators nest too deeply. It also counts brackets in templates and comments: at these limits it does not matter. */
function nestsTooDeeply(code: string): boolean {
  const open: { readonly bracket: string; chain: number }[] = [{ bracket: "{", chain: 0 }];
  for (const [sign] of code.matchAll(/[([{)\]}?,\n]|!(?!=)/g)) {
    const inner = open.at(-1);
    if ("([{".includes(sign)) open.push({ bracket: sign, chain: 0 });
    else if (inner === undefined) continue;
    else if (")]}".includes(sign)) open.length = Math.max(1, open.length - 1);
    else if (sign === "?" || sign === "!") inner.chain += 1;
    else if (sign === "," || inner.bracket === "{") inner.chain = 0;
    if (open.length > DEEPEST || (inner?.chain ?? 0) > LONGEST_CHAIN) return true;
  }
  return false;
}
