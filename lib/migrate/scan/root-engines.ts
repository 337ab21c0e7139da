import type { EngineName } from "../../engine/engine";
import type { FoundFile } from "../../files/project-files";
import type { Configuration } from "./configuration";
import { fileKind } from "./file-kind";
import { isComputed } from "./obstacles";
import { baseName, folderOf, type SourceFile } from "./site";

/** Files that show an engine, although no backend is in them. */
export const ENGINE_FILES: readonly string[] = [".opentofu-version", ".terraform-version", ".terraform.lock.hcl"];

/** Returns the folders in which a file shows OpenTofu. @param lockFiles path of each dependency lock file → its text */
export function openTofuFolders(
  found: readonly FoundFile[],
  sources: readonly SourceFile[],
  lockFiles: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const named = found
    .map(({ path }) => path)
    .filter((path) => baseName(path) === ".opentofu-version" || fileKind(baseName(path))?.tool === "opentofu");
  const written = sources.filter(({ isForOpenTofu }) => isForOpenTofu === true).map(({ path }) => path);
  const locked = [...lockFiles].filter(([, text]) => isOfOpenTofu(text)).map(([path]) => path);
  return new Set([...named, ...written, ...locked].map(folderOf));
}

/** True if every provider is from OpenTofu's registry. */
function isOfOpenTofu(text: string): boolean {
  const hosts = [...text.matchAll(/^provider\s+"([^/"]+)\//gm)].map(([, host]) => host);
  return hosts.length > 0 && hosts.every((host) => host === "registry.opentofu.org");
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
