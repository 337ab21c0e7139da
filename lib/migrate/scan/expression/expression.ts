import { unescapeQuoted } from "../../../hcl/string-literal";
import type { Attribute } from "../../../hcl/syntax";
import { ExpressionTokens, NotFollowed, type Written } from "./expression-tokens";
import { asText, COMPUTED, KnownObject, memberOf, type KnownValue } from "./known-value";
import { combined, OPERATORS } from "./operators";

/** What an expression may refer to. */
export interface Scope {
  /** Returns the value of `local`, `include`, `values` … with its first member, if it has one. */
  readonly reference: (name: string, member: string | undefined) => KnownValue;
  readonly call: (name: string, given: readonly KnownValue[]) => KnownValue;
}

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
  private depth = 0;
  private readonly tokens: ExpressionTokens;

  constructor(
    written: Written,
    private readonly scope: Scope,
  ) {
    this.tokens = new ExpressionTokens(written);
  }

  whole(): KnownValue {
    const value = this.conditional();
    if (this.tokens.kind !== "end") throw new NotFollowed();
    return value;
  }

  private conditional(): KnownValue {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new NotFollowed();
    const condition = this.binary(0);
    this.depth -= 1;
    if (!this.tokens.takes("?")) return condition;
    const yes = this.conditional();
    this.tokens.expect(":");
    const no = this.conditional();
    return condition === true ? yes : condition === false ? no : COMPUTED;
  }

  private binary(level: number): KnownValue {
    const signs = OPERATORS[level];
    if (signs === undefined) return this.unary();
    let left = this.binary(level + 1);
    while (this.tokens.kind === "sign" && signs.includes(this.tokens.token)) {
      const sign = this.tokens.token;
      this.tokens.next();
      left = combined(sign, left, this.binary(level + 1));
    }
    return left;
  }

  private unary(): KnownValue {
    if (this.tokens.takes("!")) {
      const value = this.unary();
      return typeof value === "boolean" ? !value : COMPUTED;
    }
    if (this.tokens.takes("-")) {
      const value = this.unary();
      return typeof value === "number" ? -value : COMPUTED;
    }
    return this.followed(this.primary());
  }

  private followed(start: KnownValue): KnownValue {
    let value = start;
    for (;;) {
      if (this.tokens.takes(".")) {
        if (this.tokens.kind !== "name" && this.tokens.kind !== "number") throw new NotFollowed();
        value = memberOf(value, this.tokens.kind === "number" ? Number(this.tokens.token) : this.tokens.token);
        this.tokens.next();
      } else if (this.tokens.takes("[")) {
        value = memberOf(value, this.conditional());
        this.tokens.expect("]");
      } else return value;
    }
  }

  private primary(): KnownValue {
    const { kind, token, tokenStart } = this.tokens;
    if (kind === "number") {
      this.tokens.next();
      return Number(token);
    }
    if (kind === "text") {
      this.tokens.next();
      return unescapeQuoted(token.slice(1, -1));
    }
    if (kind === "name") return this.named();
    if (this.tokens.is('"')) return this.template(tokenStart);
    if (this.tokens.takes("(")) {
      const value = this.conditional();
      this.tokens.expect(")");
      return value;
    }
    if (this.tokens.takes("[")) return this.list();
    if (this.tokens.is("{")) return this.object();
    throw new NotFollowed();
  }

  private named(): KnownValue {
    const name = this.tokens.token;
    this.tokens.next();
    if (name === "true" || name === "false") return name === "true";
    if (name === "null") return null;
    if (this.tokens.takes("(")) return this.scope.call(name, this.given());
    if (!this.tokens.takes(".")) return this.scope.reference(name, undefined);
    const member = this.tokens.token;
    if (this.tokens.kind !== "name") throw new NotFollowed();
    this.tokens.next();
    return this.scope.reference(name, member);
  }

  private given(): KnownValue[] {
    const given: KnownValue[] = [];
    while (!this.tokens.takes(")")) {
      const value = this.conditional();
      if (this.tokens.takes("..."))
        given.push(...(Array.isArray(value) ? (value as readonly KnownValue[]) : [COMPUTED]));
      else given.push(value);
      if (!this.tokens.is(")")) this.tokens.expect(",");
    }
    return given;
  }

  private list(): KnownValue {
    const items: KnownValue[] = [];
    if (this.tokens.kind === "name" && this.tokens.token === "for") throw new NotFollowed();
    while (!this.tokens.takes("]")) {
      items.push(this.conditional());
      if (!this.tokens.is("]")) this.tokens.expect(",");
    }
    return items;
  }

  private object(): KnownValue {
    const start = this.tokens.tokenStart + 1;
    const line = this.tokens.lineAt(this.tokens.tokenStart);
    this.tokens.expect("{");
    if (this.tokens.kind === "name" && this.tokens.token === "for") throw new NotFollowed();
    const members = new Map<string, KnownValue>();
    const entries: Attribute[] = [];
    while (!this.tokens.is("}")) {
      const entryStart = this.tokens.tokenStart;
      const isName = this.tokens.kind === "name";
      const name = isName ? this.tokens.token : asText(this.conditional());
      if (isName) this.tokens.next();
      if (name === undefined || !(this.tokens.takes("=") || this.tokens.takes(":"))) throw new NotFollowed();
      const valueStart = this.tokens.tokenStart;
      const value = this.conditional();
      const end = this.tokens.before;
      members.set(name, value);
      const isLiteral = value === null || ["string", "number", "boolean"].includes(typeof value);
      const span = { start: valueStart, end };
      entries.push({
        name,
        line: this.tokens.lineAt(entryStart),
        start: entryStart,
        end,
        value: isLiteral
          ? { ...span, kind: "literal", literal: value as string | number | boolean | null }
          : { ...span, kind: "expression", isConstant: false },
      });
      this.tokens.takes(",");
    }
    const end = this.tokens.tokenStart;
    this.tokens.expect("}");
    return new KnownObject(members, [{ file: this.tokens.written.file, line, start, end, entries }]);
  }

  /** Reads a quoted template with sequences, from its first quote. */
  private template(start: number): KnownValue {
    const text = this.tokens.source;
    let at = start + 1;
    const pieces: (string | undefined)[] = [];
    let plain = "";
    for (;;) {
      const sign = text[at];
      if (sign === undefined || sign === "\n" || at >= this.tokens.written.end) throw new NotFollowed();
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
        this.tokens.moveTo(at + 2);
        const inner = this.conditional();
        if (!this.tokens.is("}")) throw new NotFollowed();
        pieces.push(asText(inner));
        at = this.tokens.tokenStart + 1;
      } else {
        plain += sign;
        at += 1;
      }
    }
    pieces.push(unescapeQuoted(plain));
    this.tokens.moveTo(at + 1);
    return pieces.includes(undefined) ? COMPUTED : pieces.join("");
  }
}
