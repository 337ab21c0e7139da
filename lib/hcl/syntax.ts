/** A span of a text, in UTF-16 code units. `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `name = value` in a body or an object, in either of HCL's syntaxes. */
export interface Attribute extends Span {
  /** The name without quotes. A computed key of an object is as written. */
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  readonly value: Value;
}

/** The value of an attribute, as far as it can be read without evaluation. */
export type Value = Span &
  (
    | { readonly kind: "literal"; readonly literal: string | number | boolean | null }
    | { readonly kind: "object"; readonly entries: readonly Attribute[] }
    | { readonly kind: "list"; readonly items: readonly Value[] }
    | {
        readonly kind: "expression";
        /** True if it has no reference and no call: `-1`, a heredoc without sequences. */
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

/** The text between the braces of a block, or a whole file. */
export interface Body extends Span {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

/** The smallest part of native syntax. Comments are tokens; white space and newlines are not. */
export interface Token extends Span {
  /** The name in the grammar: `comment`, `identifier`, `=`, `{` … */
  readonly type: string;
}

/** A syntax error: a line, and what is wrong there. */
export class SyntaxProblem {
  constructor(
    readonly line: number,
    readonly message: string,
    /** True if the text may be right, and is too long or too deep to read. */
    readonly isBeyondLimits = false,
  ) {}
}

/** Runs a parser. Returns a syntax problem if the text is nested so deeply that the stack overflows. */
export function unlessTooDeep<Result>(parse: () => Result): Result | SyntaxProblem {
  try {
    return parse();
  } catch (error) {
    if (isTooDeep(error)) return tooDeep();
    throw error;
  }
}

/** True for the error of a stack that overflows. */
export function isTooDeep(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "RangeError";
}

/** The problem of a text that is nested deeper than a parser can follow. */
export function tooDeep(): SyntaxProblem {
  return new SyntaxProblem(1, "is nested too deeply", true);
}

/** Reads native syntax with positions. */
export interface HclParser {
  /** Reads the attributes of the file, and the blocks of wanted types with every block inside them. */
  readonly parse: (text: string, wanted: (type: string) => boolean) => Body | SyntaxProblem;
  readonly tokens: (text: string) => readonly Token[] | SyntaxProblem;
}

/** Reads native syntax without positions: HashiCorp's own parser, as a second opinion. */
export type HclReader = (text: string) => Promise<Readonly<Record<string, unknown>> | SyntaxProblem>;
