import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { productOf, readVersion, titleOf, type Engine, type EngineName } from "../engine/engine";
import { FLOORS, floorText, reachesFloor } from "../engine/floors";
import type { Problem } from "../problem/problem";
import { plainText } from "../text/plain-text";

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns a function that looks for a program in the folders of PATH. */
export function onPath({ PATH = "" }: Environment): (program: string) => boolean {
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  return (program) => folders.some((folder) => isProgram(join(folder, program)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Returns the engine with a binary that starts in any folder: PATH finds a bare name, and a path begins at `folder`. */
export function startable(engine: Engine, folder: string): Engine {
  return /[/\\]/.test(engine.binary) ? { ...engine, binary: resolve(folder, engine.binary) } : engine;
}

/** What `version` says about an engine: who it is, or why Statelock cannot use it. */
type VersionVerdict = { readonly name: EngineName; readonly title: string } | Problem;

/** Judges the output of `version`: the product is what the output says, whatever the file is called. */
export function versionVerdict(engine: Engine, output: string): VersionVerdict {
  const found = readVersion(output);
  const name = found?.name ?? engine.name;
  const floor = FLOORS.home[name];
  if (found !== undefined && reachesFloor(found.version, floor)) return { name, title: titleOf(name, found.version) };
  const got = found?.version ?? output.trim().split("\n")[0] ?? "";
  return {
    code: "terraform-version",
    path: engine.binary,
    message: `must be ${productOf(name)} ${floorText(floor)} or later, got ${plainText(got, 80)}`,
    fix: `Install a newer ${productOf(name)}: it is the first version that Statelock supports.`,
  };
}

/** The problem of an engine that cannot be started. */
export function missingEngine({ name, binary }: Engine, error: unknown, path = binary): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "terraform-missing",
    path,
    message: `needs ${binary}, which could not be started: ${reason}`,
    fix: `Install ${productOf(name)} ${floorText(FLOORS.home[name])} or later, or name another engine with --engine or STATELOCK_ENGINE.`,
  };
}
