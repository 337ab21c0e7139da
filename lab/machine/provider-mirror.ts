import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { REGISTRIES, testEngine } from "./test-engine";

const PLATFORM = `${process.platform}_${{ x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch}`;

/** The host of the engine under test, below which a mirror has its providers. */
export function registry(): string {
  return REGISTRIES[testEngine().name];
}

/** A directory laid out as Terraform's filesystem_mirror wants it. */
export interface ProviderMirror {
  readonly directory: string;
  /** Sources that it holds for this platform, such as "hashicorp/aws". */
  readonly sources: readonly string[];
}

/**
 * A mirror that holds the AWS provider: TF_PLUGIN_MIRROR, else Terraform's own places, else a folder below the usual
 * prefixes. Image builders put it anywhere, so those are searched two levels deep.
 */
export function findProviderMirror(env: NodeJS.ProcessEnv, root = "/"): ProviderMirror | undefined {
  if (env["TF_PLUGIN_MIRROR"]) return readMirror(env["TF_PLUGIN_MIRROR"]);
  for (const directory of likelyPlaces(env["HOME"], root)) {
    const mirror = existsSync(join(directory, registry())) ? readMirror(directory) : undefined;
    if (mirror?.sources.includes("hashicorp/aws")) return mirror;
  }
  return undefined;
}

export function readMirror(directory: string): ProviderMirror {
  const host = join(directory, registry());
  const sources = foldersIn(host).flatMap((namespace) =>
    foldersIn(join(host, namespace))
      .filter((type) => holdsPlatform(join(host, namespace, type)))
      .map((type) => `${namespace}/${type}`),
  );
  return { directory, sources };
}

/** Unpacked: VERSION/PLATFORM/…; packed: terraform-provider-TYPE_VERSION_PLATFORM.zip. */
function holdsPlatform(directory: string): boolean {
  const unpacked = foldersIn(directory).some((version) => existsSync(join(directory, version, PLATFORM)));
  return unpacked || entriesOf(directory).some((name) => name.endsWith(`_${PLATFORM}.zip`));
}

function* likelyPlaces(home: string | undefined, root: string): Generator<string> {
  const share = [join(root, "usr", "local", "share"), join(root, "usr", "share")];
  if (home) yield join(home, ".terraform.d", "plugins");
  for (const directory of share) yield join(directory, "terraform", "plugins");
  const prefixes = [
    join(root, "opt"),
    join(root, "usr", "local"),
    ...share,
    join(root, "srv"),
    ...(home ? [home] : []),
  ];
  for (const prefix of prefixes) {
    const children = foldersIn(prefix).map((name) => join(prefix, name));
    yield* children;
    for (const child of children) yield* foldersIn(child).map((name) => join(child, name));
  }
}

function foldersIn(directory: string): string[] {
  return entriesOf(directory).filter((name) => {
    try {
      return statSync(join(directory, name)).isDirectory();
    } catch {
      return false; // A dangling link, or gone meanwhile.
    }
  });
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return []; // Not there, not a directory or not ours to read: nothing to find in it.
  }
}
