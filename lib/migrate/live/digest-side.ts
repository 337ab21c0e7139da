import type { StateContent } from "./live-state";

/** An earlier version of a state. */
export interface StateVersion {
  readonly versionId: string;
  readonly md5: string;
  readonly serial: number | undefined;
  readonly lineage: string | undefined;
}

/**
 * Which of the two is right where the digest in the table is not that of the state. `state`: the state followed the one
 * the digest is of. `table`: the state is older than the one the digest is of, or another's. `unknown`: nobody can tell.
 */
export type DigestSide =
  | { readonly side: "state" }
  | { readonly side: "table"; /** The version that the digest is of. */ readonly versionId: string }
  | { readonly side: "unknown" };

/** Judges by the version that the digest is of. @param versions newest first; read until it is found */
export async function digestSide(
  state: Extract<StateContent, { found: "state" }>,
  digest: string,
  versions: AsyncIterable<StateVersion>,
): Promise<DigestSide> {
  for await (const { md5, serial, lineage, versionId } of versions) {
    if (md5 !== digest) continue;
    if (lineage !== state.lineage || lineage === undefined) return { side: "table", versionId };
    if (serial === undefined || state.serial === undefined) return { side: "unknown" };
    return state.serial > serial ? { side: "state" } : { side: "table", versionId };
  }
  return { side: "unknown" };
}
