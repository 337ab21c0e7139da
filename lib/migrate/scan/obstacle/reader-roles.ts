import type { Problem } from "../../../problem/problem";
import { flatArguments, nestedValue } from "./flat-role";
import { FLAT_ROLE_ARGUMENTS } from "../source/known-arguments";
import { folderOf, type SourceFile } from "../source/site";

/**
 * Returns a problem for each reader whose role is in flat arguments: Terraform 1.10 and later refuse them there too, and
 * OpenTofu takes them. A reader in a folder without an S3 backend is a hint: nobody moves a root there.
 * @param ofOpenTofu the folders in which a file shows OpenTofu
 */
export function readerRoles(
  files: readonly SourceFile[],
  ofOpenTofu: ReadonlySet<string>,
): { readonly problems: readonly Problem[]; readonly hints: readonly Problem[] } {
  const withBackend = new Set(
    files.filter(({ sites }) => sites.some(({ role }) => role === "backend")).map(({ path }) => folderOf(path)),
  );
  const [problems, hints]: [Problem[], Problem[]] = [[], []];
  for (const file of files) {
    if (file.kind.tool === "opentofu" || ofOpenTofu.has(folderOf(file.path))) continue;
    for (const site of file.sites.filter(({ role }) => role === "reader")) {
      const flat = flatArguments(site);
      const [first] = flat;
      if (first === undefined) continue;
      const nested = flat.map((each) => {
        const value = nestedValue(file.text, each);
        return `${FLAT_ROLE_ARGUMENTS[each.name] ?? ""} = ${value.includes("\n") ? "…" : value}`;
      });
      (withBackend.has(folderOf(file.path)) ? problems : hints).push({
        code: "removed-argument",
        path: `${file.path}:${String(first.line)} ${first.name}`,
        message: `must be inside of assume_role: Terraform 1.10 and later, which use_lockfile needs, refuse ${flat.map(({ name }) => name).join(", ")} in a reader too`,
        fix: `Replace it by assume_role = { ${nested.join(", ")} }.`,
      });
    }
  }
  return { problems, hints };
}
