import { program } from "../engine/spoken-engine";
import type { Problem } from "../problem/problem";

/** The problem of a store that keeps one version of each object. */
export function noVersions(bucket: string): Problem {
  return {
    code: "no-versions",
    path: `s3://${bucket}`,
    message: "is on a store that keeps no versions: no history, no restore",
    fix: `Back up the states by other means, such as \`${program()} state pull\`, or move them to a store with versions.`,
  };
}
