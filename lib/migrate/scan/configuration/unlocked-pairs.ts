import { andMore } from "../../../text/few";
import { grouped } from "../../../text/grouped";
import type { Problem } from "../../../problem/problem";
import { DEFAULT_WORKSPACE_KEY_PREFIX } from "../../../state/state-keys";
import { placeText, settingOf, type Configuration } from "./configuration";
import { isValue } from "./phase";
import { isKnownState, sameState, stateIndex, twoLockings } from "./same-state";

/**
 * Reports clients that do not exclude each other and that {@link duplicateProblems} does not compare: of two that may write
 * one state, one locks in the table alone and the other with a file alone. A client whose state is not known is one problem.
 * @param outside what commands and programs give clients
 */
export function unlockedPairs(
  configurations: readonly Configuration[],
  outside: readonly Configuration[] = [],
): Problem[] {
  const isOutside = new Set(outside);
  const clients = [...configurations.filter(({ source }) => source !== "reader"), ...outside];
  const [inTable, withFile] = (["dynamodb", "lockfile"] as const).map((phase) =>
    clients.filter((client) => client.phase === phase),
  ) as [Configuration[], Configuration[]];
  if (inTable.length === 0 || withFile.length === 0) return [];
  const others = stateIndex(withFile);
  const certain: Problem[] = [];
  const vague: { readonly client: Configuration; readonly other: Configuration }[] = [];
  for (const client of inTable)
    for (const other of others(client)) {
      if (sameState(client, other) === "maybe")
        vague.push(isKnownState(client) ? { client: other, other: client } : { client, other });
      else if (isOutside.has(client) || isOutside.has(other)) certain.push(twoLockings(client, other));
    }
  const workspaces = [...ofWorkspaces(inTable, withFile), ...ofWorkspaces(withFile, inTable)];
  const possible = grouped(
    vague,
    ({ client }) => client,
    ({ other }) => other,
  );
  return [...certain, ...[...possible].map(([client, found]) => mayShare(client, found)), ...workspaces];
}

function mayShare(client: Configuration, [first, ...more]: readonly Configuration[]): Problem {
  const [own, theirs] = client.phase === "dynamodb" ? ["in the table", "with a file"] : ["with a file", "in the table"];
  return {
    code: "two-lockings",
    path: placeText(client),
    message: `must lock as every client of its state does: it locks ${own} alone, its bucket or key is computed, an access point or in no file, and it may be the state of ${first === undefined ? "" : placeText(first)}${andMore(more.length)}, locked ${theirs} alone`,
    fix: "Write its bucket and key as literals, or bring all of them to both: until then these clients may not see each other's locks.",
  };
}

/** Reports roots whose key is the one of another root's workspace: `env:/dev/app` is workspace `dev` of `app`. */
function ofWorkspaces(roots: readonly Configuration[], others: readonly Configuration[]): Problem[] {
  const byKey = new Map<string, Configuration>();
  for (const root of roots) {
    const { bucket, key } = root;
    const prefix = settingOf(root, "workspace_key_prefix") ?? { value: DEFAULT_WORKSPACE_KEY_PREFIX };
    if (!isValue(bucket) || !isValue(key) || !isValue(prefix)) continue;
    const name = JSON.stringify([bucket.value, prefix.value, key.value]);
    if (!byKey.has(name)) byKey.set(name, root);
  }
  return others.flatMap((other) => {
    const { bucket, key } = other;
    if (!isValue(bucket) || !isValue(key)) return [];
    const parts = key.value.split("/");
    const found = parts.slice(1, -1).flatMap((_, index) => {
      const [prefix, rest] = [parts.slice(0, index + 1).join("/"), parts.slice(index + 2).join("/")];
      return byKey.get(JSON.stringify([bucket.value, prefix, rest])) ?? [];
    });
    const [root] = found;
    return root === undefined ? [] : [workspaceOf(other, root)];
  });
}

function workspaceOf(other: Configuration, root: Configuration): Problem {
  return {
    code: "two-lockings",
    path: placeText(other),
    message: `must lock as ${placeText(root)} does (${root.phase}): its key is the state of a workspace of that root, got ${other.phase}`,
    fix: "Bring both to both first: until then the two do not see each other's locks.",
  };
}
