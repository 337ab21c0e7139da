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
