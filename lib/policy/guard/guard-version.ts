/** Version of the guard that this Statelock writes. Raise it with each change of a statement. */
export const GUARD_VERSION = 2;

const ID = /^statelock-guard-(\d+)$/;

/** The `Id` of the guard, which says its version. */
export const GUARD_ID = `statelock-guard-${String(GUARD_VERSION)}`;

/** Returns the version that a guard's `Id` says. Undefined if another tool wrote the policy, or a Statelock that had no guard versions. */
export function guardVersionOf(id: string | undefined): number | undefined {
  const [, version] = ID.exec(id ?? "") ?? [];
  return version === undefined ? undefined : Number(version);
}
