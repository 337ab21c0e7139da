import type { Problem } from "../../problem/problem";
import type { Configuration } from "./configuration";
import { isOverride } from "./file-kind";
import { scratchOverrides, type IsIgnored } from "./root-configurations";
import { baseName, folderOf, type SourceFile } from "./site";

/** Returns a problem for each block that hides a backend or competes with it: scratch overrides, and `cloud`. */
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
      scratch(`${file.path}:${String(site.line)}`, isIgnored(file)),
    ),
    ...files.flatMap((file) =>
      backends.has(folderOf(file.path))
        ? (file.clouds ?? []).map((line) => cloud(`${file.path}:${String(line)}`, isOverride(baseName(file.path))))
        : [],
    ),
  ];
}

function scratch(path: string, isIgnored: boolean): Problem {
  return {
    code: "scratch-override",
    path,
    message: isIgnored
      ? "must not stay: git ignores this override, so other clones use the backend that it hides here. Statelock judges that one"
      : "must not stay: this override leads the root to a store on this machine. Statelock judges the backend that it hides",
    fix: isIgnored
      ? "Delete the file, or move it out of the folders that you scan. If it is committed in spite of .gitignore, add a rule with ! for it."
      : "Delete the file, or ignore it in git and keep it out of the folders that you scan.",
  };
}

function cloud(path: string, isOver: boolean): Problem {
  return {
    code: "cloud-backend",
    path,
    message: isOver
      ? "must not be beside a backend: this override keeps the state in HCP Terraform, and the S3 backend of the root is not used"
      : "must not be beside a backend: Terraform refuses a root with both",
    fix: "Remove the cloud block, or the backend if the state is in HCP Terraform.",
  };
}
