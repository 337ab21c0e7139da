import { shown, type Problem } from "../../../problem/problem";
import type { Configuration } from "../configuration/configuration";
import { isOverride } from "../source/file-kind";
import { scratchOverrides, type IsIgnored } from "./root-configurations";
import { baseName, folderOf, type SourceFile } from "../source/site";

/**
 * Returns a problem for each block that hides a backend or competes with it: overrides for one machine
 * (scratch overrides), and `cloud`.
 */
export function strayProblems(
  files: readonly SourceFile[],
  configurations: readonly Configuration[],
  isIgnored: IsIgnored,
): Problem[] {
  const units = configurations.filter(({ source }) => source === "terragrunt");
  const backends = new Set([
    ...files.filter(({ sites }) => sites.some(({ role }) => role === "backend")).map(({ path }) => folderOf(path)),
    ...units.flatMap(({ root, module }) => [root, module ?? root]),
  ]);
  return [
    ...scratchOverrides(files, isIgnored).map(({ file, site }) =>
      scratchProblem(`${file.path}:${String(site.line)}`, isIgnored(file), site.type),
    ),
    ...files.flatMap((file) =>
      backends.has(folderOf(file.path))
        ? (file.clouds ?? []).map((line) =>
            cloudProblem(`${file.path}:${String(line)}`, isOverride(baseName(file.path))),
          )
        : [],
    ),
  ];
}

function scratchProblem(path: string, isIgnored: boolean, type: string | undefined): Problem {
  const leads =
    type === "s3"
      ? "this override leads the root to a store on this machine"
      : `this override keeps the state in another backend (${shown(type ?? "")})`;
  return {
    code: "scratch-override",
    path,
    message: isIgnored
      ? "must not stay: git ignores this override, so other clones use the backend that it hides here. Statelock judges that one"
      : `must not stay: ${leads}. Statelock judges the backend that it hides`,
    fix: isIgnored
      ? "Delete the file, or move it out of the folders that you scan. If it is committed although .gitignore matches it, add a rule to .gitignore that begins with !."
      : "Delete the file, or ignore it in git and keep it out of the folders that you scan.",
  };
}

function cloudProblem(path: string, isInOverride: boolean): Problem {
  return {
    code: "cloud-backend",
    path,
    message: isInOverride
      ? "must not be beside a backend: this override keeps the state in HCP Terraform, and the S3 backend of the root is not used"
      : "must not be beside a backend: Terraform refuses a root with both",
    fix: "Remove the cloud block, or the backend if the state is in HCP Terraform.",
  };
}
