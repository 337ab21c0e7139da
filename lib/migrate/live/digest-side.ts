import type { StateContent } from "./live-state";

/** An earlier version of a state. */
export interface StateVersion {
  readonly versionId: string;
  readonly md5: string;
  readonly serial: number | undefined;
  readonly lineage: string | undefined;
}

/**
 * Which of the two is right if the digest in the table does not match the state.
 * - `state`: the state came after the version that the digest matches.
 * - `table`: the state is older than that version, or has another lineage.
 * - `unknown`: the versions do not show it.
 */
export type DigestSide =
  | { readonly side: "state" }
  | { readonly side: "table"; /** The version that the digest matches. */ readonly versionId: string }
  | { readonly side: "unknown" };

/**
 * Finds the version that the digest matches, and compares its lineage and serial with the state's.
 * @param versions newest first; no more are read than necessary
 */
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
