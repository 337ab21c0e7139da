import { product } from "../engine/spoken-engine";
import { parseState, stateContentDigest } from "../state/parse-state";
import { UserError } from "../problem/problem";

/** The facts that identify one version of a state. */
export interface StateSnapshot {
  readonly lineage: string;
  readonly serial: number;
  /** SHA-256 of the content, whatever its white space and the order of its keys. */
  readonly digest: string;
  /** Names of the S3 buckets that the state manages. */
  readonly buckets: readonly string[];
  /** Version of Statelock that deployed the stack last. Undefined for 0.1.0, which left no version. */
  readonly statelock?: string | undefined;
}

/** Output of the bootstrap stack that holds the version of Statelock. */
const VERSION_OUTPUT = "statelock_version";

/**
 * Takes the snapshot of a state. Returns undefined if there is no text.
 * @param place where the text was found, for the problem
 * @throws UserError if the text is not a state
 */
export function readSnapshot(text: string | undefined, place: string): StateSnapshot | undefined {
  if (text === undefined) return undefined;
  const parsed = parseState(text);
  if ("state" in parsed && parsed.state.lineage !== "") {
    const { lineage, serial, objects, outputs } = parsed.state;
    const buckets = [...objects.values()]
      .filter(({ managedType }) => managedType === "aws_s3_bucket")
      .map(({ attributes }) => attributes["bucket"])
      .filter((name) => typeof name === "string");
    const deployedBy = outputs.get(VERSION_OUTPUT)?.value;
    const statelock = typeof deployedBy === "string" ? deployedBy : undefined;
    return { lineage, serial, digest: stateContentDigest(text), buckets, statelock };
  }
  throw new UserError([
    {
      code: "unreadable-state",
      path: place,
      message: `must be a ${product()} state with lineage and serial, but ${"noState" in parsed ? parsed.noState : "its lineage is empty"}`,
      fix: "Restore it from its history or its backup. Statelock changed nothing.",
    },
  ]);
}
