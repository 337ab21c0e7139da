import type { Attribute } from "../../../hcl/syntax";
import type { Locking } from "../../../policy/access-level";

/**
 * How a root locks according to its files: a `locking` value of the config, `none` if it does not lock, or `unknown` if the
 * deciding arguments are computed or in no file.
 */
export type Phase = Locking | "none" | "unknown";

/** The arguments that decide how a root locks. */
export const USE_LOCKFILE = "use_lockfile";
export const DYNAMODB_TABLE = "dynamodb_table";
/** `dynamodb_table` before Terraform 0.12; every Terraform that has `use_lockfile` refuses it. */
export const LEGACY_TABLE = "lock_table";
/** The arguments that a step to `lockfile` removes. */
export const TABLE_ARGUMENTS: readonly string[] = [DYNAMODB_TABLE, "dynamodb_endpoint", "endpoints.dynamodb"];

/** The value of an argument, or its expression as written; undefined if no file sets it. */
export type Setting = { readonly value: string } | { readonly expression: string } | undefined;

/** True if a setting is a literal. */
export function isValue(setting: Setting): setting is { readonly value: string } {
  return setting !== undefined && "value" in setting;
}

/** Returns the setting of an attribute. `null` counts as not set. */
export function setting(attribute: Attribute | undefined, text: string): Setting {
  if (attribute === undefined) return undefined;
  const { value } = attribute;
  if (value.kind !== "literal") return { expression: text.slice(value.start, value.end) };
  return value.literal === null ? undefined : { value: String(value.literal) };
}

/** A variable of the environment whose default is that there is no table. */
const MAY_BE_EMPTY = /\bget_env\([^()]*,\s*""\s*\)/;

/** Returns the phase that results from a table and a `use_lockfile` argument. */
export function phaseOf(table: Setting, lockfile: Setting): Phase {
  const flag = lockfile === undefined ? false : lockfileFlag(lockfile);
  if (flag === undefined) return "unknown";
  if (table !== undefined && "expression" in table && MAY_BE_EMPTY.test(table.expression)) return "unknown";
  // Terraform treats an empty name as not set.
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
