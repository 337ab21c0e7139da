/** Suffix of a lock object: constant in Terraform's and OpenTofu's S3 backends. */
export const LOCK_SUFFIX = ".tflock";

/** Start of the keys of probes: no state is there. A probe that a killed run left does not lock a state. */
export const PROBE_PREFIX = ".statelock/probe-";

/** Terraform's default for `workspace_key_prefix`. */
export const DEFAULT_WORKSPACE_KEY_PREFIX = "env:";

/** The object keys of one consumer; patterns stand for the keys of its workspaces. */
export interface StateKeys {
  /** Key of the default workspace's state, then the pattern of the other workspaces (`*` also matches `/` in IAM). */
  readonly states: readonly string[];
  readonly locks: readonly string[];
  /** The prefix Terraform lists to find workspaces, with its slash; undefined without workspaces. */
  readonly workspaceList: string | undefined;
  /** The pattern of the non-default workspaces' states; undefined without workspaces. */
  readonly workspaceStates: string | undefined;
}

/** Returns the object keys that follow from two backend arguments. Source: backend_state.go, `path` and `lockFilePath`. */
export function stateKeys(key: string, workspaceKeyPrefix: string | undefined): StateKeys {
  const workspaceStates = workspaceKeyPrefix === undefined ? undefined : `${workspaceKeyPrefix}/*/${key}`;
  const states = workspaceStates === undefined ? [key] : [key, workspaceStates];
  return {
    states,
    locks: states.map((state) => state + LOCK_SUFFIX),
    workspaceList: workspaceKeyPrefix === undefined ? undefined : `${workspaceKeyPrefix}/`,
    workspaceStates,
  };
}
