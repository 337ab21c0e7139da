import type { Token } from "../../hcl/syntax";

/** Tokens between two newlines that end something: a heredoc or a comment of several lines lies within one. */
export interface LogicalLine {
  readonly tokens: readonly Token[];
  /** Where its first character is. */
  readonly start: number;
  /** Where its newline begins, or the text ends. */
  readonly end: number;
  /** Its newline: `\n`, `\r\n`, or nothing at the end of the text. */
  readonly eol: string;
}

const OPENS_TEMPLATE: ReadonlySet<string> = new Set(["quoted_template_start", "<<", "<<-"]);
const OPENS_CODE: ReadonlySet<string> = new Set(["template_interpolation_start", "template_directive_start"]);
const CLOSES: ReadonlySet<string> = new Set([
  "quoted_template_end",
  "template_interpolation_end",
  "template_directive_end",
]);

/** Splits a text at its newlines, but for those inside templates and comments. */
export function logicalLines(text: string, tokens: readonly Token[]): LogicalLine[] {
  const lines: LogicalLine[] = [];
  let current: Token[] = [];
  let start = text.startsWith("\ufeff") ? 1 : 0;
  const close = (newline: number): void => {
    const end = text[newline - 1] === "\r" && newline > start ? newline - 1 : newline;
    lines.push({ tokens: current, start, end, eol: text.slice(end, newline + 1) });
    current = [];
    start = newline + 1;
  };
  const inTemplate = templateTracker();
  let read = start;
  for (const token of [...tokens, undefined]) {
    const gapEnd = token?.start ?? text.length;
    if (!inTemplate.now()) {
      for (let at = text.indexOf("\n", read); at !== -1 && at < gapEnd; at = text.indexOf("\n", at + 1)) close(at);
    }
    if (token === undefined) break;
    current.push(token);
    inTemplate.pass(token);
    read = token.end;
  }
  lines.push({ tokens: current, start, end: text.length, eol: "" });
  return lines;
}

/** Knows, token by token, whether what follows is the text of a template. */
function templateTracker(): { readonly now: () => boolean; readonly pass: (token: Token) => void } {
  const open: ("quoted" | "heredoc" | "code")[] = [];
  let heredocNamed = false;
  return {
    now: () => open.length > 0 && open.at(-1) !== "code",
    pass: ({ type }) => {
      if (OPENS_TEMPLATE.has(type)) open.push(type === "quoted_template_start" ? "quoted" : "heredoc");
      else if (OPENS_CODE.has(type)) open.push("code");
      else if (CLOSES.has(type)) open.pop();
      else if (type === "heredoc_identifier" && heredocNamed) open.pop();
      if (type === "<<" || type === "<<-") heredocNamed = false;
      else if (type === "heredoc_identifier") heredocNamed = true;
    },
  };
}
