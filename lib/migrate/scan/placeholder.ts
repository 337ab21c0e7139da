import type { Setting } from "./phase";

/** A value that somebody has to fill in: `{{ name }}`, `<NAME>`, `__NAME__`, `@NAME@`, `TODO`, `CHANGEME`. */
const PLACEHOLDER =
  /\{\{.*\}\}|^<[^<>]+>|<[A-Z][A-Z0-9_ -]+>|__[A-Z][A-Z0-9_]*__|@[A-Z][A-Z0-9_]+@|\bTODO\b|\bCHANGE_?ME\b|\bREPLACE_?ME\b/;

/** True if the value of a setting is to be filled in. */
export function isPlaceholder(setting: Setting): boolean {
  return setting !== undefined && PLACEHOLDER.test("value" in setting ? setting.value : setting.expression);
}
