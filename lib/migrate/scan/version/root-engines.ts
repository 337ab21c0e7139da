import type { EngineName } from "../../../engine/engine";
import type { FoundFile } from "../../../files/project-files";
import type { Configuration } from "../configuration/configuration";
import { fileKind, LOCK_FILE } from "../source/file-kind";
import { baseName, folderOf, isComputed, type SourceFile } from "../source/site";
import { PIN_FILES, pinsFor, type PinFiles } from "./version-pins";

/** Files that show an engine, although no backend is in them. */
export const ENGINE_FILES: readonly string[] = [...PIN_FILES, LOCK_FILE];

/**
 * Returns the folders in which a file shows OpenTofu. A version manager that knows OpenTofu alone shows it for everything below its
 * file, except where a lock file is of Terraform.
 * @param lockFiles path of each dependency lock file → its text
 */
export function openTofuFolders(
  found: readonly FoundFile[],
  sources: readonly SourceFile[],
  lockFiles: ReadonlyMap<string, string>,
  pins: PinFiles,
): ReadonlySet<string> {
  const named = found
    .map(({ path }) => path)
    .filter((path) => baseName(path) === ".opentofu-version" || fileKind(baseName(path))?.tool === "opentofu");
  const written = sources.filter(({ isForOpenTofu }) => isForOpenTofu === true).map(({ path }) => path);
  const lockedBy = (registry: string): string[] =>
    [...lockFiles].filter(([, text]) => isLockedBy(registry, text)).map(([path]) => folderOf(path));
  const ofTerraform = new Set(lockedBy("registry.terraform.io"));
  const pinned = [...new Set(sources.map(({ path }) => folderOf(path)))].filter((folder) => {
    const engines = pinsFor(folder, pins).map(({ engine }) => engine);
    return engines.length > 0 && engines.every((engine) => engine === "tofu") && !ofTerraform.has(folder);
  });
  return new Set([...[...named, ...written].map(folderOf), ...lockedBy("registry.opentofu.org"), ...pinned]);
}

/** True if every provider is from this registry. */
function isLockedBy(registry: string, text: string): boolean {
  const hosts = [...text.matchAll(/^provider\s+"([^/"]+)\//gm)].map(([, host]) => host);
  return hosts.length > 0 && hosts.every((host) => host === registry);
}

/**
 * Returns the engine that a root shows. Only OpenTofu reads a `.tofu` file, so beside one with a backend the `.tf` files are
 * Terraform's configuration.
 */
export function shownEngine(
  { root, source, places }: Configuration,
  ofOpenTofu: ReadonlySet<string>,
  withOwnBackend: ReadonlySet<string>,
): EngineName | undefined {
  if (source === "opentofu") return "tofu";
  if (source === "terraform" && withOwnBackend.has(root)) return "terraform";
  const computes = places.some(
    ({ site }) => site.role === "backend" && (site.arguments ?? []).some(({ value }) => isComputed(value)),
  );
  return ofOpenTofu.has(root) || (source === "terraform" && computes) ? "tofu" : undefined;
}
