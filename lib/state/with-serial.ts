import { jsonMembers } from "./json-members";

/**
 * Returns a state's text with another serial, and changes no other byte: some numbers in a state would not survive being
 * parsed and written again.
 */
export function withSerial(text: string, serial: number): string {
  const found = (jsonMembers(text) ?? []).filter(({ name }) => name === "serial");
  return found.reduceRight(
    (result, { offset, length }) => result.slice(0, offset) + String(serial) + result.slice(offset + length),
    text,
  );
}
