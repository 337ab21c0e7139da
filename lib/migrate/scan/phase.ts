import type { Attribute } from "../../hcl/syntax";
import type { Locking } from "../../policy/access-level";

/**
 * How a root locks by what is written: one of the config's `locking` values, `none` where nothing locks, `unknown` where
 * what decides is computed or not in any file.
 */
export type Phase = Locking | "none" | "unknown";

/** The arguments that decide how a root locks, and those that go with the table. */
export const USE_LOCKFILE = "use_lockfile";
export const DYNAMODB_TABLE = "dynamodb_table";
/** `dynamodb_table` before Terraform 0.12; every Terraform that has `use_lockfile` refuses it. */
export const LEGACY_TABLE = "lock_table";
/** Removed with the table. */
export const TABLE_ARGUMENTS: readonly string[] = [DYNAMODB_TABLE, "dynamodb_endpoint", "endpoints.dynamodb"];

/** What an argument comes to: a text, an expression as it is written, or nothing. */
export type Setting = { readonly value: string } | { readonly expression: string } | undefined;

/** A setting from its attribute; `null` is the same as nothing. */
export function setting(attribute: Attribute | undefined, text: string): Setting {
  if (attribute === undefined) return undefined;
  const { value } = attribute;
  if (value.kind !== "literal") return { expression: text.slice(value.start, value.end) };
  return value.literal === null ? undefined : { value: String(value.literal) };
}

/** The phase that a table and a lock file argument make together. */
export function phaseOf(table: Setting, lockfile: Setting): Phase {
  const flag = lockfile === undefined ? false : lockfileFlag(lockfile);
  if (flag === undefined) return "unknown";
  // An empty name is no table: Terraform's client only asks whether it is "".
  const locksInTable = table !== undefined && !("value" in table && table.value === "");
  if (locksInTable) return flag ? "both" : "dynamodb";
  return flag ? "lockfile" : "none";
}

/** Terraform converts text to a boolean. Source: github.com/zclconf/go-cty, convert/conversion_primitive.go */
function lockfileFlag(lockfile: { value: string } | { expression: string }): boolean | undefined {
  if (!("value" in lockfile)) return undefined;
  if (lockfile.value === "true" || lockfile.value === "1") return true;
  return lockfile.value === "false" || lockfile.value === "0" ? false : undefined;
}
