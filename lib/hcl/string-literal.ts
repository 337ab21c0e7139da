const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/**
 * Returns the value of a quoted string without templates, given the text between its quotes.
 * Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function unescapeQuoted(raw: string): string {
  return raw.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{/gs,
    (whole, short?: string, long?: string, letter?: string, sign?: string) => {
      if (sign !== undefined) return `${sign}{`;
      if (letter !== undefined) return ESCAPED[letter] ?? whole;
      const point = Number.parseInt(short ?? long ?? "", 16);
      return point > 0x10ffff ? whole : String.fromCodePoint(point);
    },
  );
}

/** Returns the value of a template; undefined if the template has a sequence, which only an evaluation can resolve. */
export function plainTemplate(template: string): string | undefined {
  if (/[$%]\{/.test(template.replace(/([$%])\1\{/g, ""))) return undefined;
  return template.replace(/([$%])\1\{/g, "$1{");
}

/**
 * Returns the fixed text at the start and at the end of a quoted template, as written: `"a/${x}/b"` starts with `a/` and ends
 * with `/b`. Undefined for any other expression, and for a template with directives, which may leave text out.
 */
export function fixedEnds(expression: string): { readonly start: string; readonly end: string } | undefined {
  const [, inner] = /^"(.*)"$/s.exec(expression) ?? [];
  if (inner === undefined || /%\{|[$%]{2}\{|\\/.test(inner)) return undefined;
  const [first, last] = [inner.indexOf("${"), inner.lastIndexOf("}")];
  if (first === -1 || last < first) return undefined;
  const [start, end] = [inner.slice(0, first), inner.slice(last + 1)];
  return start.includes('"') || end.includes('"') ? undefined : { start, end };
}
