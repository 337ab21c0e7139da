import type { Setting } from "../../../lib/migrate/scan/configuration/phase";

/** A longer expression would make the column too wide. */
const LONGEST_EXPRESSION = 40;

/** Returns a setting on one line: its value, a short expression as it is written, `(computed)`, or `-`. */
export function settingText(setting: Setting): string {
  if (setting === undefined) return "-";
  if ("value" in setting) return setting.value;
  const { expression } = setting;
  const isShort =
    expression.length <= LONGEST_EXPRESSION && !expression.startsWith("...") && !expression.includes("\n");
  return isShort ? expression : "(computed)";
}
