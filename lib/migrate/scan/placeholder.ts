import type { Setting } from "./phase";

/** A value that somebody has to fill in: `{{ name }}`, `<NAME>`, `__NAME__`, `@NAME@`, or `TODO` and its like as the whole value. */
const PLACEHOLDER =
  /\{\{.*\}\}|^<[^<>]+>|<[A-Z][A-Z0-9_ -]+>|__[A-Z][A-Z0-9_]*__|@[A-Z][A-Z0-9_]+@|^"?(?:TODO|CHANGE_?ME|REPLACE_?ME)(?![\w./-])/;

/** A bucket's name has no upper case, so these words in it are to be filled in. A key may have them. */
const IN_BUCKET = /TODO|CHANGE_?ME|REPLACE_?ME/;

/** True if the bucket, the key or the table of a backend is to be filled in. */
export function isPlaceholder(settings: Readonly<Record<"bucket" | "key" | "table", Setting>>): boolean {
  const texts = [settings.bucket, settings.key, settings.table].map(written);
  return texts.some((text) => PLACEHOLDER.test(text)) || IN_BUCKET.test(written(settings.bucket));
}

function written(setting: Setting): string {
  return setting === undefined ? "" : "value" in setting ? setting.value : setting.expression;
}
