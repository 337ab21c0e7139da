/**
 * The two backend arguments that decide which keys hold the states of a root: `key` holds the state of the default
 * workspace, and `<workspaceKeyPrefix>/<workspace>/<key>` holds the state of each other workspace.
 */
interface StateLocation {
  readonly key: string;
  /** Undefined if the root has no workspaces. Terraform accepts an empty prefix: the key is then `<workspace>/<key>`. */
  readonly workspaceKeyPrefix: string | undefined;
}

/** Returns the prefix that Terraform lists to find workspaces: it ends in a slash, or is empty for the whole bucket. */
export function workspaceListPrefix(workspaceKeyPrefix: string): string {
  return workspaceKeyPrefix === "" ? "" : `${workspaceKeyPrefix}/`;
}

/**
 * Returns the name of the workspace whose state is at `stateKey`. Returns undefined for the default workspace, and for a key
 * that belongs to another root. A workspace name is not empty and has no slash.
 * Source: hashicorp/terraform, s3/backend_state.go, `keyEnv`.
 */
export function workspaceAt(stateKey: string, { key, workspaceKeyPrefix }: StateLocation): string | undefined {
  if (workspaceKeyPrefix === undefined) return undefined;
  const [start, end] = [workspaceListPrefix(workspaceKeyPrefix), `/${key}`];
  if (!stateKey.startsWith(start) || !stateKey.endsWith(end)) return undefined;
  const workspace = stateKey.slice(start.length, -end.length);
  return workspace === "" || workspace.includes("/") ? undefined : workspace;
}

/** True if `stateKey` holds a state of this root, in the default workspace or another one. */
export function holdsStateOf(stateKey: string, location: StateLocation): boolean {
  return stateKey === location.key || workspaceAt(stateKey, location) !== undefined;
}
