import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "./project-root";
import { findProviderMirror, readMirror, registry, type ProviderMirror } from "./provider-mirror";

/** Where Terraform gets its providers from. */
export interface TerraformCliConfig {
  /** For TF_CLI_CONFIG_FILE. */
  readonly file: string;
  /**
   * Whether a provider such as "hashicorp/random" can be had. Where there is no mirror everything is left to the
   * registry; a machine with a mirror is taken to have no way there.
   */
  offers(source: string): boolean;
}

/**
 * The file that TF_CLI_CONFIG_FILE names when it exists, else one written into `directory` that uses the provider
 * mirror of this machine when it has one.
 */
export function terraformCliConfig(directory: string, env: NodeJS.ProcessEnv = process.env): TerraformCliConfig {
  const { given, mirrors } = providerSources(env);
  if (given !== undefined) return { file: given, offers: (source) => offered(mirrors, source) };
  const file = join(directory, "terraform.rc");
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, mirrors[0] ? withMirror(mirrors[0]) : withRegistry());
  return { file, offers: (source) => offered(mirrors, source) };
}

/** The same answer as {@link TerraformCliConfig.offers}, with nothing written. */
export function offersProvider(source: string, env: NodeJS.ProcessEnv = process.env): boolean {
  return offered(providerSources(env).mirrors, source);
}

function providerSources(env: NodeJS.ProcessEnv): { given?: string; mirrors: readonly ProviderMirror[] } {
  const given = env["TF_CLI_CONFIG_FILE"];
  if (given && existsSync(given)) return { given, mirrors: mirrorsNamedIn(readFileSync(given, "utf8")) };
  const mirror = findProviderMirror(env);
  return { mirrors: mirror ? [mirror] : [] };
}

function mirrorsNamedIn(config: string): ProviderMirror[] {
  const blocks = config.matchAll(/filesystem_mirror\s*\{[^}]*?path\s*=\s*"([^"]+)"/g);
  return [...blocks].map(([, path]) => readMirror(path ?? ""));
}

function offered(mirrors: readonly ProviderMirror[], source: string): boolean {
  return mirrors.length === 0 || mirrors.some((mirror) => mirror.sources.includes(source));
}

/** What the mirror holds comes from it alone: with both ways open Terraform would ask the registry for newer ones. */
function withMirror(mirror: ProviderMirror): string {
  const sources = JSON.stringify(mirror.sources.map((source) => `${registry()}/${source}`));
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror.directory)}
    include = ${sources}
  }
  direct {
    exclude = ${sources}
  }
}
`;
}

/** The AWS provider is some 600 MB: it is fetched once for all working directories. */
function withRegistry(): string {
  const cache = join(PROJECT_ROOT, ".statelock", "plugin-cache");
  mkdirSync(cache, { recursive: true });
  return `plugin_cache_dir = ${JSON.stringify(cache)}\nplugin_cache_may_break_dependency_lock_file = true\n`;
}
