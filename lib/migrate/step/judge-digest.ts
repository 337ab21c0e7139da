import { product, program } from "../../engine/spoken-engine";
import { comparedDigest, digestText } from "../../lock/table-digest";
import type { Problem } from "../../problem/problem";
import { digestSide, type DigestSide, type StateVersion } from "../live/digest-side";
import { certainlyUnderFileLock } from "../live/file-lock-history";
import type { LiveState } from "../live/live-state";
import type { LiveTarget } from "../live/live-target";
import { stateMissing } from "../live/phase-findings";

/** What a judgement may read, and may trust. */
export interface JudgeOptions {
  /** Reads earlier versions of a state, newest first. @throws UserError if S3 refuses them */
  readonly versions: (stateKey: string) => AsyncIterable<StateVersion>;
  /** MD5s of states that the operator has checked. */
  readonly accepted: readonly string[];
}

/**
 * Returns why the digest of a state must not follow the state. Undefined if the state is right: the operator accepts it,
 * it came after the state that the digest matches, or Terraform certainly wrote it under its lock.
 */
export async function judgeDigest(
  live: LiveState,
  target: LiveTarget,
  { versions, accepted }: JudgeOptions,
): Promise<Problem | undefined> {
  const { state, fileRuns, stateKey } = live;
  const digest = comparedDigest(digestOf(live) ?? "");
  const path = `s3://${target.bucket}/${stateKey}`;
  if (state.found === "nothing") return stateMissing(target, live);
  if (state.found !== "state" || digest === undefined || accepted.includes(state.md5)) return undefined;
  const side = await digestSide(state, digest, versions(stateKey));
  if (side.side === "state") return undefined;
  const isTerraforms = fileRuns.found === "runs" && certainlyUnderFileLock(state.lastModified, fileRuns.runs);
  if (side.side === "unknown" && isTerraforms) return undefined;
  return sideProblem(path, state.md5, side);
}

/** Returns the digest that the table holds for a state, as it is written there. */
export function digestOf({ table }: Pick<LiveState, "table">): string | undefined {
  const digest = table?.digest;
  return digestText(digest?.found === "item" ? digest.item : undefined);
}

function sideProblem(path: string, md5: string, side: DigestSide): Problem {
  const accept = `If you have checked the state and it is right, run this again with --accept ${md5}.`;
  if (side.side === "table") {
    return {
      code: "state-older",
      path,
      message: `is older than version ${side.versionId}, which the digest matches, or has another lineage: the table is right, and S3 is not`,
      fix: `Restore that version while nothing runs. ${accept}`,
    };
  }
  return {
    code: "digest-unexplained",
    path,
    message: `was not certainly written by ${product()} under a lock, and no version shows that it came after the state that the digest matches: either S3 or the table may be right`,
    fix: `Compare it with what you expect: run \`${program()} state pull\` in a client without the table. ${accept}`,
  };
}
