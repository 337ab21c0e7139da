import { canonicalDigest } from "../text/canonical-digest";
import { UserError } from "../problem/problem";

/** What tells one version of a state from another. */
export interface StateSnapshot {
  readonly lineage: string;
  readonly serial: number;
  /** SHA-256 of the content, whatever its white space and the order of its keys. */
  readonly digest: string;
  /** Names of the S3 buckets it manages. */
  readonly buckets: readonly string[];
}

/** The parts of a state file that are read. Source: https://developer.hashicorp.com/terraform/internals/json-format */
interface StateFile {
  readonly lineage?: unknown;
  readonly serial?: unknown;
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly instances?: readonly { readonly attributes?: Readonly<Record<string, unknown>> }[];
  }[];
}

/** Reads a state; undefined where the text is none. Its content is never shown. */
export function readState(text: string): StateSnapshot | undefined {
  const state = parse(text);
  if (typeof state?.lineage !== "string" || state.lineage === "" || typeof state.serial !== "number") return undefined;
  const buckets = (state.resources ?? [])
    .filter((resource) => resource.mode === "managed" && resource.type === "aws_s3_bucket")
    .flatMap((resource) => resource.instances ?? [])
    .map((instance) => instance.attributes?.["bucket"])
    .filter((name) => typeof name === "string");
  return { lineage: state.lineage, serial: state.serial, digest: canonicalDigest(state), buckets };
}

/**
 * Reads the state that was found at a place; undefined where nothing was found.
 * @throws UserError when what was found is no state
 */
export function readSnapshot(text: string | undefined, place: string): StateSnapshot | undefined {
  if (text === undefined) return undefined;
  const state = readState(text);
  if (state !== undefined) return state;
  throw new UserError([
    {
      code: "unreadable-state",
      path: place,
      message: "must be a Terraform state with lineage and serial, got something else",
      fix: "Restore it from its history or its backup; nothing was changed.",
    },
  ]);
}

function parse(text: string): StateFile | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
