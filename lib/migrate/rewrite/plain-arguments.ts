import type { Site } from "../scan/source/site";

/**
 * Returns the objects that hold the arguments of sites like this one, from the result of the parser without positions, in
 * the order of the text. In both syntaxes a block is an object or a list of objects.
 */
export function argumentObjects(root: Record<string, unknown>, site: Site): Record<string, unknown>[] {
  switch (site.role) {
    case "partial":
      return objects(root);
    case "backend":
      return below(objects(root), "terraform", "backend", site.type ?? "");
    case "reader":
      return below([...objects(root), ...checks(root)], "data", "terraform_remote_state", site.label ?? "").flatMap(
        (body) => objects(body["config"]),
      );
    case "terragrunt":
      return remoteStates(root).map(({ config }) => objects(config)[0] ?? {});
  }
}

/** Returns the bodies of `check` blocks, which may hold a reader too. */
function checks(root: Record<string, unknown>): Record<string, unknown>[] {
  return objects(root["check"]).flatMap((named) => Object.values(named).flatMap(objects));
}

/** Returns every remote state of a Terragrunt file that may be in S3. One that is computed has no arguments. */
function remoteStates(root: Record<string, unknown>): Record<string, unknown>[] {
  const { remote_state: own } = root;
  const states = typeof own === "string" ? [{ backend: "s3" }] : objects(own);
  const locals = objects(root["locals"]).flatMap((each) => objects(each["remote_state"]));
  return [...states, ...locals].filter(({ backend }) => /^s3$|\$\{/.test(String(backend)));
}

function below(roots: readonly Record<string, unknown>[], ...names: readonly string[]): Record<string, unknown>[] {
  return names.reduce<Record<string, unknown>[]>(
    (bodies, name) => bodies.flatMap((body) => objects(body[name])),
    [...roots],
  );
}

function objects(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objects);
  return typeof value === "object" && value !== null ? [value as Record<string, unknown>] : [];
}
