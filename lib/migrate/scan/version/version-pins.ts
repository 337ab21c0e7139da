import type { EngineName } from "../../../engine/engine";
import { baseName, folderOf } from "../source/site";
import { lowestAllowed } from "./version-floor";

/** The version of an engine that a version manager chooses for a folder and everything below it. */
interface VersionPin {
  readonly engine: EngineName;
  /** Undefined if the file leaves it open: `latest`, `min-required`, a release line. */
  readonly version: string | undefined;
  readonly path: string;
}

/** Path of each file of a version manager → its text. */
export type PinFiles = ReadonlyMap<string, string>;

type Pinned = Omit<VersionPin, "path">;

/** Files of version managers: tfenv, tofuenv and tenv have one for each engine, asdf and mise one for all tools. */
const READERS: Readonly<Record<string, (text: string) => readonly Pinned[]>> = {
  ".terraform-version": (text) => [{ engine: "terraform", version: versionIn(text) }],
  ".opentofu-version": (text) => [{ engine: "tofu", version: versionIn(text) }],
  ".tool-versions": (text) => [...text.matchAll(/^\s*(terraform|opentofu)\s+([^\s#]+)/gm)].flatMap(pinned),
  "mise.toml": toolsOfMise,
  ".mise.toml": toolsOfMise,
};

export const PIN_FILES: readonly string[] = Object.keys(READERS);

/** True for a file that pins the version of an engine. */
export function isPin(path: string): boolean {
  return Object.hasOwn(READERS, baseName(path));
}

/** Returns the pins of the nearest folder that has any: the folder itself, or one above it. @param engine others do not count */
export function pinsFor(folder: string, files: PinFiles, engine?: EngineName): readonly VersionPin[] {
  if (files.size === 0) return [];
  const found = PIN_FILES.flatMap((name) => {
    const path = folder === "." ? name : `${folder}/${name}`;
    const text = files.get(path);
    return text === undefined ? [] : (READERS[name]?.(text) ?? []).map((each): VersionPin => ({ ...each, path }));
  }).filter((each) => engine === undefined || each.engine === engine);
  const above = folderOf(folder);
  return found.length > 0 || above === folder ? found : pinsFor(above, files, engine);
}

function versionIn(text: string): string | undefined {
  const line = text
    .split("\n")
    .map((each) => each.trim())
    .find((each) => each !== "" && !each.startsWith("#"));
  if (line === undefined) return undefined;
  return exact(line) ?? (/^[<>=~!]/.test(line) ? lowestAllowed(line) : undefined);
}

function exact(text: string): string | undefined {
  return /^v?(\d+\.\d+\.\d+)\b/.exec(text)?.[1];
}

function pinned([, tool = "", version = ""]: RegExpExecArray): Pinned[] {
  return [{ engine: tool === "opentofu" ? "tofu" : "terraform", version: exact(version) }];
}

/** Source: https://mise.jdx.dev/configuration.html */
function toolsOfMise(text: string): readonly Pinned[] {
  const [, tools = ""] = /^\[tools\][^\n]*\n((?:(?!\[)[^\n]*(?:\n|$))*)/m.exec(text) ?? [];
  const written = /^\s*["']?(terraform|opentofu)["']?\s*=\s*(?:\{[^}\n]*version\s*=\s*)?["']([^"']+)["']/gm;
  return [...tools.matchAll(written)].flatMap(pinned);
}
