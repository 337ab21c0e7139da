import type { SourceFile } from "../source/site";

/** Where an expression is written. */
export interface Written {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Returns a whole text as the place of an expression. */
export function wholeExpression(text: string): Written {
  const kind = { role: "root", syntax: "hcl", tool: "opentofu" } as const;
  const file: SourceFile = { path: "", realPath: "", kind, text, sites: [], requiredVersions: [] };
  return { file, start: 0, end: text.length };
}

const TOKEN =
  /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|([A-Za-z_][\w-]*)|(\d+(?:\.\d+)?)|("(?:[^"\\$%]|\\.|[$%](?!\{))*")|(<<-?|\.\.\.|&&|\|\||[=!<>]=|=>|[-+*/%!?:.,=()[\]{}<>"])/y;

/** An expression that the evaluator does not follow. */
export class NotFollowed extends Error {}

/** Reads an expression token by token. */
export class ExpressionTokens {
  kind: "name" | "number" | "text" | "sign" | "end" = "end";
  token = "";
  tokenStart = 0;
  /** Where the token before this one ends. */
  before = 0;
  private at: number;

  constructor(readonly written: Written) {
    this.at = written.start;
    this.next();
  }

  get source(): string {
    return this.written.file.text;
  }

  next(): void {
    this.before = this.at;
    for (;;) {
      if (this.at >= this.written.end) {
        [this.kind, this.token, this.tokenStart] = ["end", "", this.at];
        return;
      }
      TOKEN.lastIndex = this.at;
      const found = TOKEN.exec(this.source);
      if (found === null) throw new NotFollowed();
      const [all, name, number, text, sign] = found;
      this.tokenStart = this.at;
      this.at = TOKEN.lastIndex;
      if (name ?? number ?? text ?? sign) {
        this.kind =
          name !== undefined ? "name" : number !== undefined ? "number" : text !== undefined ? "text" : "sign";
        this.token = all;
        return;
      }
    }
  }

  is(sign: string): boolean {
    return this.kind === "sign" && this.token === sign;
  }

  takes(sign: string): boolean {
    const is = this.is(sign);
    if (is) this.next();
    return is;
  }

  expect(sign: string): void {
    if (!this.takes(sign)) throw new NotFollowed();
  }

  /** Goes on from a place of the file: a template has its own rules between two sequences. */
  moveTo(offset: number): void {
    this.at = offset;
    this.next();
  }

  lineAt(offset: number): number {
    return this.source.slice(0, offset).split("\n").length;
  }
}
