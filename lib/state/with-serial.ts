import { goField, jsonMembers } from "./json-members";

const SERIAL = goField("serial");

/**
 * Returns a state's text with another serial, and changes no other byte: some numbers in a state would not survive being
 * parsed and written again. A text without a serial gets one.
 */
export function withSerial(text: string, serial: number): string {
  const members = jsonMembers(text) ?? [];
  const found = members.filter(({ name }) => SERIAL.test(name));
  if (found.length === 0) return text.replace("{", `{"serial":${String(serial)}${members.length === 0 ? "" : ","}`);
  return found.reduceRight(
    (result, { offset, length }) => result.slice(0, offset) + String(serial) + result.slice(offset + length),
    text,
  );
}
