import type { Problem } from "../../problem/problem";
import type { Scan } from "./scan";

/** Problems of files that were read. */
const JUDGED: ReadonlySet<string> = new Set([
  "duplicate-key",
  "two-lockings",
  "backend-by-hand",
  "scratch-override",
  "cloud-backend",
  "backend-outdated",
  "removed-argument",
]);

/** Returns the problems of files and folders that the scan could not read: they may hold a root that it does not know. */
export function unreadProblems({ problems }: Pick<Scan, "problems">): readonly Problem[] {
  return problems.filter(({ code }) => !JUDGED.has(code));
}
