import { shown, type Problem } from "../problem/problem";
import { isNewerVersion, OWN_VERSION } from "../text/own-version";
import { parseJson } from "../text/parse-json";

/** What is wrong with a text that is not a record of this version, and a next step that loses nothing of it. */
type Fault = Pick<Problem, "message" | "fix">;

/**
 * Returns why a text is not a record. A conflict and a record of a newer Statelock hold what nobody can make again, so only
 * other texts get the `otherwise` step, which may delete the file.
 */
export function unreadableRecord(text: string, must: string, otherwise: string): Fault {
  if (/^<{7}(?: |$)/m.test(text) && /^>{7}(?: |$)/m.test(text))
    return {
      message: `${must}, got one with a merge conflict`,
      fix: "Resolve the conflict in the file: keep the entries of both sides, and where both have the same entry the later moments. Then run the command again.",
    };
  const newer = newerWriter(parseJson(text));
  if (newer !== undefined)
    return {
      message: `${must}, got one of a newer Statelock (${newer})`,
      fix: "Use the Statelock that wrote it, or a later one. Do not delete it.",
    };
  return { message: `${must}, got something else`, fix: otherwise };
}

/** Returns which newer Statelock wrote a record; undefined if no newer one did. */
function newerWriter(record: unknown): string | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const { version, statelock } = record as { readonly version?: unknown; readonly statelock?: unknown };
  if (typeof statelock === "string" && isNewerVersion(statelock, OWN_VERSION)) return shown(statelock);
  return typeof version === "number" && version > 1 ? `format ${String(version)}` : undefined;
}
