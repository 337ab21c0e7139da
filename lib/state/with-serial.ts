import { visit } from "jsonc-parser";

/**
 * Returns a state's text with another serial, and changes no other byte: some numbers in a state would not survive being
 * parsed and written again.
 */
export function withSerial(text: string, serial: number): string {
  const found: { readonly offset: number; readonly length: number }[] = [];
  let depth = 0;
  let property = "";
  visit(text, {
    onObjectBegin: () => void (depth += 1),
    onObjectEnd: () => void (depth -= 1),
    onArrayBegin: () => void (depth += 1),
    onArrayEnd: () => void (depth -= 1),
    onObjectProperty: (name) => {
      if (depth === 1) property = name;
    },
    onLiteralValue: (_value, offset, length) => {
      if (depth === 1 && property === "serial") found.push({ offset, length });
    },
  });
  return found.reduceRight(
    (result, { offset, length }) => result.slice(0, offset) + String(serial) + result.slice(offset + length),
    text,
  );
}
