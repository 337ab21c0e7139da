import { unescapeQuoted } from "../../../hcl/string-literal";
import type { Attribute } from "../../../hcl/syntax";
import type { SourceFile } from "../site";
import { asText, COMPUTED, KnownObject, memberOf, type KnownValue } from "./known-value";

/** What an expression may refer to. */
export interface Scope {
  /** Returns the value of `local`, `include`, `values` … with its first member, if it has one. */
  readonly reference: (name: string, member: string | undefined) => KnownValue;
  readonly call: (name: string, given: readonly KnownValue[]) => KnownValue;
}

/** Where an expression is written. */
export interface Written {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|([A-Za-z_][\w-]*)|(\d+(?:\.\d+)?)|("(?:[^"\\$%]|\\.|[$%](?!\{))*")|(<<-?|\.\.\.|&&|\|\||[=!<>]=|=>|[-+*/%!?:.,=()[\]{}<>"])/y;

/** An expression that the evaluator does not follow. */
class NotFollowed extends Error {}

/** How deep an expression may nest. */
const DEEPEST = 60;

/** Evaluates an expression of a file, as far as the scanned files decide it. */
export function evaluate(written: Written, scope: Scope): KnownValue {
  try {
    return new Evaluation(written, scope).whole();
  } catch (error) {
    if (error instanceof NotFollowed || error instanceof RangeError) return COMPUTED;
    throw error;
  }
}

class Evaluation {
  private at: number;
  private depth = 0;
  private token = "";
  private kind: "name" | "number" | "text" | "sign" | "end" = "end";
  private tokenStart = 0;
  private before = 0;

  constructor(
    private readonly written: Written,
    private readonly scope: Scope,
  ) {
    this.at = written.start;
    this.next();
  }

  whole(): KnownValue {
    const value = this.conditional();
    if (this.kind !== "end") throw new NotFollowed();
    return value;
  }

  private get source(): string {
    return this.written.file.text;
  }

  private next(): void {
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

  private is(sign: string): boolean {
    return this.kind === "sign" && this.token === sign;
  }

  private takes(sign: string): boolean {
    const is = this.is(sign);
    if (is) this.next();
    return is;
  }

  private expect(sign: string): void {
    if (!this.takes(sign)) throw new NotFollowed();
  }

  private conditional(): KnownValue {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new NotFollowed();
    const condition = this.binary(0);
    this.depth -= 1;
    if (!this.takes("?")) return condition;
    const yes = this.conditional();
    this.expect(":");
    const no = this.conditional();
    return condition === true ? yes : condition === false ? no : COMPUTED;
  }

  private static readonly LEVELS = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

  private binary(level: number): KnownValue {
    const signs = Evaluation.LEVELS[level];
    if (signs === undefined) return this.unary();
    let left = this.binary(level + 1);
    while (this.kind === "sign" && signs.includes(this.token)) {
      const sign = this.token;
      this.next();
      left = combined(sign, left, this.binary(level + 1));
    }
    return left;
  }

  private unary(): KnownValue {
    if (this.takes("!")) {
      const value = this.unary();
      return typeof value === "boolean" ? !value : COMPUTED;
    }
    if (this.takes("-")) {
      const value = this.unary();
      return typeof value === "number" ? -value : COMPUTED;
    }
    return this.followed(this.primary());
  }

  private followed(start: KnownValue): KnownValue {
    let value = start;
    for (;;) {
      if (this.takes(".")) {
        if (this.kind !== "name" && this.kind !== "number") throw new NotFollowed();
        value = memberOf(value, this.kind === "number" ? Number(this.token) : this.token);
        this.next();
      } else if (this.takes("[")) {
        value = memberOf(value, this.conditional());
        this.expect("]");
      } else return value;
    }
  }

  private primary(): KnownValue {
    const { kind, token, tokenStart } = this;
    if (kind === "number") {
      this.next();
      return Number(token);
    }
    if (kind === "text") {
      this.next();
      return unescapeQuoted(token.slice(1, -1));
    }
    if (kind === "name") return this.named();
    if (this.is('"')) return this.template(tokenStart);
    if (this.takes("(")) {
      const value = this.conditional();
      this.expect(")");
      return value;
    }
    if (this.takes("[")) return this.list();
    if (this.is("{")) return this.object();
    throw new NotFollowed();
  }

  private named(): KnownValue {
    const name = this.token;
    this.next();
    if (name === "true" || name === "false") return name === "true";
    if (name === "null") return null;
    if (this.takes("(")) return this.scope.call(name, this.given());
    if (!this.takes(".")) return this.scope.reference(name, undefined);
    const member = this.token;
    if (this.kind !== "name") throw new NotFollowed();
    this.next();
    return this.scope.reference(name, member);
  }

  private given(): KnownValue[] {
    const given: KnownValue[] = [];
    while (!this.takes(")")) {
      const value = this.conditional();
      if (this.takes("...")) given.push(...(Array.isArray(value) ? (value as readonly KnownValue[]) : [COMPUTED]));
      else given.push(value);
      if (!this.is(")")) this.expect(",");
    }
    return given;
  }

  private list(): KnownValue {
    const items: KnownValue[] = [];
    if (this.kind === "name" && this.token === "for") throw new NotFollowed();
    while (!this.takes("]")) {
      items.push(this.conditional());
      if (!this.is("]")) this.expect(",");
    }
    return items;
  }

  private object(): KnownValue {
    const start = this.at;
    const line = this.lineAt(this.tokenStart);
    this.expect("{");
    if (this.kind === "name" && this.token === "for") throw new NotFollowed();
    const members = new Map<string, KnownValue>();
    const entries: Attribute[] = [];
    while (!this.is("}")) {
      const entryStart = this.tokenStart;
      const isName = this.kind === "name";
      const name = isName ? this.token : asText(this.conditional());
      if (isName) this.next();
      if (name === undefined || !(this.takes("=") || this.takes(":"))) throw new NotFollowed();
      const valueStart = this.tokenStart;
      const value = this.conditional();
      const end = this.before;
      members.set(name, value);
      const isLiteral = value === null || ["string", "number", "boolean"].includes(typeof value);
      const span = { start: valueStart, end };
      entries.push({
        name,
        line: this.lineAt(entryStart),
        start: entryStart,
        end,
        value: isLiteral
          ? { ...span, kind: "literal", literal: value as string | number | boolean | null }
          : { ...span, kind: "expression", isConstant: false },
      });
      this.takes(",");
    }
    const end = this.tokenStart;
    this.expect("}");
    return new KnownObject(members, [{ file: this.written.file, line, start, end, entries }]);
  }

  private lineAt(offset: number): number {
    return this.source.slice(0, offset).split("\n").length;
  }

  /** Reads a quoted template with sequences, from its first quote. */
  private template(start: number): KnownValue {
    const text = this.source;
    let at = start + 1;
    const pieces: (string | undefined)[] = [];
    let plain = "";
    for (;;) {
      const sign = text[at];
      if (sign === undefined || sign === "\n" || at >= this.written.end) throw new NotFollowed();
      if (sign === '"') break;
      if (sign === "\\") {
        plain += text.slice(at, at + 2);
        at += 2;
      } else if (text.startsWith("$${", at) || text.startsWith("%%{", at)) {
        plain += text.slice(at, at + 3);
        at += 3;
      } else if (text.startsWith("%{", at)) throw new NotFollowed();
      else if (text.startsWith("${", at)) {
        pieces.push(unescapeQuoted(plain));
        plain = "";
        this.at = at + 2;
        this.next();
        const inner = this.conditional();
        if (!this.is("}")) throw new NotFollowed();
        pieces.push(asText(inner));
        at = this.tokenStart + 1;
      } else {
        plain += sign;
        at += 1;
      }
    }
    pieces.push(unescapeQuoted(plain));
    this.at = at + 1;
    this.next();
    return pieces.includes(undefined) ? COMPUTED : pieces.join("");
  }
}

function combined(sign: string, left: KnownValue, right: KnownValue): KnownValue {
  if (sign === "||" || sign === "&&") {
    const decisive = sign === "||";
    if (left === decisive || right === decisive) return decisive;
    return typeof left === "boolean" && typeof right === "boolean" ? !decisive : COMPUTED;
  }
  const isPlain = [left, right].every(
    (value) => value === null || ["string", "number", "boolean"].includes(typeof value),
  );
  if (!isPlain) return COMPUTED;
  if (sign === "==") return left === right;
  if (sign === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return COMPUTED;
  const results: Readonly<Record<string, KnownValue>> = {
    "<": left < right,
    ">": left > right,
    "<=": left <= right,
    ">=": left >= right,
    "+": left + right,
    "-": left - right,
    "*": left * right,
    "/": left / right,
    "%": left % right,
  };
  return results[sign] ?? COMPUTED;
}
