/** A stretch of a text, in UTF-16 code units; `end` is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `name = value` in a body or an object, in either of HCL's syntaxes. */
export interface Attribute extends Span {
  /** As it is meant, without quotes; a computed key of an object as it is written. */
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  readonly value: Value;
}

/** What an attribute is set to. Only what can be read without evaluating anything is read. */
export type Value = Span &
  (
    | { readonly kind: "literal"; readonly literal: string | number | boolean | null }
    | { readonly kind: "object"; readonly entries: readonly Attribute[] }
    | { readonly kind: "list"; readonly items: readonly Value[] }
    | {
        readonly kind: "expression";
        /** True where it names nothing and calls nothing: `-1`, a heredoc without sequences. */
        readonly isConstant: boolean;
      }
  );

/** `type "label" { … }` in native syntax. */
export interface Block extends Span {
  readonly type: string;
  readonly labels: readonly string[];
  readonly line: number;
  readonly body: Body;
}

/** What is between a block's braces, or a whole file. */
export interface Body extends Span {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

/** The smallest part of native syntax, comments included; white space and newlines lie between tokens. */
export interface Token extends Span {
  /** The grammar's name of it: `comment`, `identifier`, `=`, `{` … */
  readonly type: string;
}

/** A text that is not what its syntax asks for. */
export class SyntaxProblem {
  constructor(
    readonly line: number,
    readonly message: string,
  ) {}
}

/** What a parser makes of a text, or that it gave up: parsers descend, and the stack ends somewhere. */
export function unlessTooDeep<Result>(parse: () => Result): Result | SyntaxProblem {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return tooDeep();
    throw error;
  }
}

/** A text that is nested deeper than any parser here can follow. */
export function tooDeep(): SyntaxProblem {
  return new SyntaxProblem(1, "is nested too deeply");
}

/** Reads native syntax with positions. */
export interface HclParser {
  /** The file's own attributes, and the blocks whose type is wanted; blocks inside those are all read. */
  readonly parse: (text: string, wanted: (type: string) => boolean) => Body | SyntaxProblem;
  readonly tokens: (text: string) => readonly Token[] | SyntaxProblem;
}

/** Reads native syntax without positions: the second opinion, HashiCorp's own parser. */
export type HclReader = (text: string) => Promise<Readonly<Record<string, unknown>> | SyntaxProblem>;
