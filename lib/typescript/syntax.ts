import type { Span, SyntaxProblem, Token } from "../hcl/syntax";

/** A value of a config as it is written: only what can be read without running anything is read. */
export type Written = Span & {
  /** Counted from 1. */
  readonly line: number;
  /** The variable it was reached through, and how often that is mentioned; undefined where it is written in place. */
  readonly through: { readonly name: string; readonly mentions: number; readonly isExported: boolean } | undefined;
} & (
    | { readonly kind: "text"; readonly text: string; readonly quote: Quote }
    | {
        readonly kind: "object";
        readonly members: readonly Member[];
        readonly hasTrailingComma: boolean;
      }
    | { readonly kind: "list"; readonly items: readonly Written[] }
    /** Anything that has to be run to be known. */
    | { readonly kind: "computed" }
  );

export type Quote = '"' | "'" | "`";

/** A member of an object literal. */
export interface Member extends Span {
  readonly line: number;
  /** Undefined where it is not written out: a spread, a computed name, a method, an accessor. */
  readonly name: string | undefined;
  /** What its name is quoted with. */
  readonly nameQuote: Quote | undefined;
  readonly value: Written;
}

/** Reads a TypeScript module with positions. */
export interface ModuleParser {
  /** What the module exports by that name; undefined where it exports nothing by it. */
  readonly exported: (text: string, name: string) => Written | undefined | SyntaxProblem;
  /** Every token, comments included; white space lies between them. */
  readonly tokens: (text: string) => readonly Token[] | SyntaxProblem;
}
