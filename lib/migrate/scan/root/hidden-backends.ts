import { FLOORS, floorText } from "../../../engine/floors";
import type { Problem } from "../../../problem/problem";
import { grouped } from "../../../text/grouped";
import { baseName, folderOf, type SourceFile } from "../source/site";

/**
 * Returns the folders whose S3 backend OpenTofu does not see, with a problem for each such backend. OpenTofu reads `main.tofu` in
 * place of `main.tf`: without a backend in another file, it keeps the state of the root on the machine that runs it.
 * Source: opentofu/opentofu, internal/configs/parser_config_dir.go, `filterTfPathsWithTofuAlternatives`
 */
export function hiddenBackends(files: readonly SourceFile[]): ReadonlyMap<string, readonly Problem[]> {
  if (!files.some(({ kind }) => kind.tool === "opentofu")) return new Map();
  const byPath = new Map(files.map((file) => [file.path, file]));
  const twinOf = ({ path }: SourceFile): SourceFile | undefined =>
    /\.tf(?:\.json)?$/.test(path) ? byPath.get(path.replace(/\.tf(\.json)?$/, ".tofu$1")) : undefined;
  const roots = files.filter(({ kind }) => kind.role === "root" || kind.role === "cdktf");
  const found = [...grouped(roots, ({ path }) => folderOf(path))].flatMap(([folder, own]) => {
    if (own.some((file) => twinOf(file) === undefined && keepsState(file))) return [];
    const problems = own.flatMap((file) => {
      const twin = twinOf(file);
      const line = file.sites.find(({ role, type }) => role === "backend" && type === "s3")?.line;
      return twin === undefined || line === undefined
        ? []
        : [hidden(twin.path, `${baseName(file.path)}:${String(line)}`)];
    });
    return problems.length === 0 ? [] : [[folder, problems] as const];
  });
  return new Map(found);
}

function keepsState({ sites, clouds = [] }: SourceFile): boolean {
  return clouds.length > 0 || sites.some(({ role }) => role === "backend");
}

function hidden(path: string, backend: string): Problem {
  return {
    code: "hidden-backend",
    path,
    message: `must have a backend, because it hides the one in ${backend}: OpenTofu ${floorText(FLOORS.tofuFiles.tofu)} and later reads it in place of the .tf file of that name, and keeps the state of this root in a local file, without a lock`,
    fix: "Move the backend into a file of its own, such as backend.tf. If somebody ran OpenTofu here, look for terraform.tfstate in the folder first.",
  };
}
