import type { Attribute, Block, Body, Value } from "./syntax";

/** A text whose keys and buckets are letters of the same number, and what they were. */
interface Shape {
  readonly text: string;
  readonly values: readonly string[];
}

/** A line that sets a key or a bucket to a plain text: what is between the quotes has no meaning for a parser. */
const VALUE = /^([ \t]*(?:key|bucket)[ \t]*=[ \t]*")([A-Za-z0-9][\w/.:-]*)(?="[ \t]*\r?$)/gm;

/** The letters that take the place of values, one for each: Latin letters of one column that people rarely write. */
const [FIRST, LAST] = [0x100, 0x17f];
const LETTER = /[\u0100-\u017f]/;
const FILLER = /([\u0100-\u017f])\1*/g;

/**
 * Returns the shape of a text. Texts with one shape differ in keys and buckets of the same length alone, so parsers read
 * them in the same way. Undefined if the text has such letters itself.
 */
export function shapeOf(text: string): Shape | undefined {
  if (LETTER.test(text)) return undefined;
  const values: string[] = [];
  const shape = text.replace(VALUE, (_, before: string, value: string) => {
    values.push(value);
    return before + filler(values.length - 1, value);
  });
  return values.length > LAST - FIRST ? undefined : { text: shape, values };
}

/** Puts the values back into a changed text of a shape. Undefined if one of them is not there exactly once. */
export function withValues(text: string, { values }: Pick<Shape, "values">): string | undefined {
  let filled = text;
  for (const [index, value] of values.entries()) {
    const [before, after, ...more] = filled.split(filler(index, value));
    if (before === undefined || after === undefined || more.length > 0) return undefined;
    filled = before + value + after;
  }
  return LETTER.test(filled) ? undefined : filled;
}

/** Puts the values into a text wherever they stood in a part of a shape, also more than once. */
export function withEachValue(text: string, { values }: Pick<Shape, "values">): string {
  return text.replace(FILLER, (_, letter: string) => values[letter.charCodeAt(0) - FIRST] ?? "");
}

function filler(index: number, value: string): string {
  return String.fromCharCode(FIRST + index).repeat(value.length);
}

/** Returns what a text contains, given what its shape contains: the positions are the same. */
export function bodyWithValues(body: Body, text: string): Body {
  return {
    ...body,
    attributes: body.attributes.map((each) => filledAttribute(each, text)),
    blocks: body.blocks.map((block): Block => ({ ...block, body: bodyWithValues(block.body, text) })),
  };
}

function filledAttribute(attribute: Attribute, text: string): Attribute {
  const value = filledValue(attribute.value, text);
  return value === attribute.value ? attribute : { ...attribute, value };
}

function filledValue(value: Value, text: string): Value {
  switch (value.kind) {
    case "literal":
      return typeof value.literal === "string" && LETTER.test(value.literal)
        ? { ...value, literal: text.slice(value.start + 1, value.end - 1) }
        : value;
    case "object":
      return { ...value, entries: value.entries.map((each) => filledAttribute(each, text)) };
    case "list":
      return { ...value, items: value.items.map((each) => filledValue(each, text)) };
    case "expression":
      return value;
  }
}
