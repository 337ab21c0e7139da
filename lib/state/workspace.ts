/** The two backend arguments that decide which keys hold the states of a root. */
export interface StateLocation {
  readonly key: string;
  /** Undefined if the root has no workspaces. The empty string is Terraform's own: the name comes first in the key. */
  readonly workspaceKeyPrefix: string | undefined;
}

/** Returns the prefix that Terraform lists to find workspaces, with its slash. Empty: it lists the whole bucket. */
export function workspaceListPrefix(workspaceKeyPrefix: string): string {
  return workspaceKeyPrefix === "" ? "" : `${workspaceKeyPrefix}/`;
}

/**
 * Returns the name of the workspace whose state is at `stateKey`; undefined if the key is the default workspace's, or not
 * this root's. A name is not empty and has no slash. Source: hashicorp/terraform, s3/backend_state.go, `keyEnv`.
 */
export function workspaceAt(stateKey: string, { key, workspaceKeyPrefix }: StateLocation): string | undefined {
  if (workspaceKeyPrefix === undefined) return undefined;
  const [start, end] = [workspaceListPrefix(workspaceKeyPrefix), `/${key}`];
  if (!stateKey.startsWith(start) || !stateKey.endsWith(end)) return undefined;
  const workspace = stateKey.slice(start.length, -end.length);
  return workspace === "" || workspace.includes("/") ? undefined : workspace;
}

/** True if `stateKey` holds a state of this root, of any workspace. */
export function holdsStateOf(stateKey: string, location: StateLocation): boolean {
  return stateKey === location.key || workspaceAt(stateKey, location) !== undefined;
}
