import { isUtf8 } from "node:buffer";
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CONFIG_FILES } from "../config/config-files";
import type { StateConfig } from "../config/state-config";
import { plainFileBytes } from "../files/plain-file";
import { UserError, type Problem } from "../problem/problem";
import { configFailure, thrownText } from "./config-failure";
import { runTypeScript } from "./run-typescript";

type Exports = Readonly<Record<string, unknown>>;

/** Milliseconds for a module that does not compile to say so. */
const LOAD_TIMEOUT = 10_000;

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
  const path = join(realpathSync(folder), name);
  const text = textOf(path, name);
  const value = name.endsWith(".json") ? readJson(text, name) : await exportOf(path, name);
  return value as StateConfig;
}

/** Returns the text of the config. @throws UserError if it is not UTF-8: every reader would see other characters */
function textOf(path: string, name: string): string {
  const bytes = plainFileBytes(path) ?? Buffer.alloc(0);
  const isWide = /^(fffe|feff)/.test(bytes.subarray(0, 2).toString("hex"));
  if (!isWide && isUtf8(bytes) && !bytes.includes(0)) return bytes.toString("utf8").replace(/^\ufeff/, "");
  throw new UserError([
    {
      code: "config-syntax",
      path: name,
      message: `must be text in UTF-8, got ${isWide ? "UTF-16" : "other bytes"}`,
      fix: "Save it as UTF-8 in your editor.",
    },
  ]);
}

async function exportOf(path: string, name: string): Promise<unknown> {
  const loaded = await loadOrExplain(path, name);
  const exported = EXPORTS.map((key) => loaded[key]).find((value) => value !== undefined);
  // `module.exports = { stateConfig }`, imported as a module, is its default export.
  const value = (isObject(exported) ? exported["stateConfig"] : undefined) ?? exported;
  if (isObject(value) && !("then" in value) && Object.keys(value).length > 0) return value;
  throw new UserError([noExport(name, value, Object.keys(loaded))], "unknown");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function loadOrExplain(path: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await load(path, name)) ?? {};
  } catch (error) {
    const thrown = thrownText(error);
    const stack = thrown.title.startsWith("SyntaxError") ? thrown.stack + placeOfSyntaxError(path) : thrown.stack;
    throw new UserError([configFailure({ ...thrown, stack }, dirname(path), name)], "refused", { cause: error });
  }
}

async function load(path: string, name: string): Promise<Exports | null | undefined> {
  if (name.endsWith(".ts")) {
    runTypeScript();
    return createRequire(path)(path) as Exports;
  }
  return (await import(pathToFileURL(path).href)) as Exports;
}

/**
 * Returns what Node prints of a module that does not compile, or of one that it imports: an error of `import` has no place. No
 * module of the graph has run by then, so none runs twice.
 */
function placeOfSyntaxError(path: string): string {
  if (path.endsWith(".ts")) return "";
  return `\n${spawnSync(process.execPath, [path], { encoding: "utf8", timeout: LOAD_TIMEOUT }).stderr}`;
}

function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
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

function noExport(name: string, value: unknown, names: readonly string[]): Problem {
  const others = names.filter((each) => !EXPORTS.includes(each) && each !== "__esModule");
  return {
    code: "config-failed",
    path: name,
    message: `must export a config called stateConfig, got ${exportText(value, others)}`,
    fix: "Write `export const stateConfig = { bucket: { … }, consumers: [ … ] };`.",
  };
}

function exportText(value: unknown, others: readonly string[]): string {
  if (isObject(value))
    return "then" in value ? "a Promise: await it, or build the config without waiting" : "an empty one";
  if (value !== undefined) return Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
  return others.length === 0 ? "no such export" : `only ${others.slice(0, 5).join(", ")}`;
}
