import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CONFIG_FILES } from "../config/config-files";
import type { StateConfig } from "../config/state-config";
import { UserError, type Problem } from "../problem/problem";
import { runTypeScript } from "./run-typescript";

/** The names under which a module may export a config. The first that exists counts. */
const EXPORTS = ["stateConfig", "default"];

/** Returns the name of the folder's config file, or undefined if there is none. */
export function findConfigFile(folder: string): string | undefined {
  return CONFIG_FILES.find((name) => existsSync(join(folder, name)));
}

/**
 * Loads the config of a folder that holds no CDKTF project. Its values are not checked yet.
 * @throws UserError if there is no config, or if it cannot be read
 */
export async function loadConfig(folder: string): Promise<StateConfig> {
  const name = findConfigFile(folder);
  if (name === undefined) throw new UserError([noConfig(folder)], "unknown");
  const path = join(folder, name);
  const value = name.endsWith(".json") ? readJson(path, name) : await exportOf(path, name);
  return value as StateConfig;
}

async function exportOf(path: string, name: string): Promise<unknown> {
  const loaded = await load(path, name);
  const exported = EXPORTS.map((key) => loaded[key]).find((value) => value !== undefined);
  if (exported === undefined) throw new UserError([noExport(name)], "unknown");
  // `module.exports = { stateConfig }`, imported as a module, is its default export.
  const nested = (exported as Readonly<Record<string, unknown>>)["stateConfig"];
  return nested ?? exported;
}

async function load(path: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  if (name.endsWith(".ts")) {
    runTypeScript();
    return createRequire(path)(path) as Readonly<Record<string, unknown>>;
  }
  return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
}

function readJson(path: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError([
      {
        code: "config-syntax",
        path: name,
        message: `must be JSON, got: ${error.message}`,
        fix: "Correct it there. JSON has no comments and no comma after the last item.",
      },
    ]);
  }
}

function noConfig(folder: string): Problem {
  return {
    code: "no-project",
    path: folder,
    message: `must hold a config (${CONFIG_FILES.join(", ")}), got none`,
    fix: "Run `statelock init`, which writes one.",
  };
}

function noExport(name: string): Problem {
  return {
    code: "config-failed",
    path: name,
    message: "must export a config called stateConfig, got no such export",
    fix: "Write `export const stateConfig = { bucket: { … }, consumers: [ … ] };`.",
  };
}
