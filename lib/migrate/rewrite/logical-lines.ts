import type { Token } from "../../hcl/syntax";

/** The tokens of one line of code. A heredoc or a comment of several lines is part of one logical line. */
export interface LogicalLine {
  readonly tokens: readonly Token[];
  /** Offset of the first character. */
  readonly start: number;
  /** Offset of the newline, or the end of the text. */
  readonly end: number;
  /** The newline: `\n`, `\r\n`, or empty at the end of the text. */
  readonly eol: string;
}

const OPENS_TEMPLATE: ReadonlySet<string> = new Set(["quoted_template_start", "<<", "<<-"]);
const OPENS_CODE: ReadonlySet<string> = new Set(["template_interpolation_start", "template_directive_start"]);
const CLOSES: ReadonlySet<string> = new Set([
  "quoted_template_end",
  "template_interpolation_end",
  "template_directive_end",
]);

/** Splits a text at its newlines, except at newlines inside templates and comments. */
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

/** Tracks, token by token, whether the text after the last token is template text. */
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
