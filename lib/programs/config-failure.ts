import { readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { shown, type Problem } from "../problem/problem";
import { plainText } from "../text/plain-text";

/** What an error says of itself: its name, its message and its stack, as text. */
export interface ThrownText {
  /** First line of the message, with the name of the error. */
  readonly title: string;
  /** The stack, or all that is known. */
  readonly stack: string;
}

/** Returns a thrown value as text, whatever it is. */
export function thrownText(error: unknown): ThrownText {
  if (!(error instanceof Error)) return { title: `it threw ${plainText(shown(error))}`, stack: "" };
  const [first = ""] = error.message.split("\n");
  return { title: `${error.name}: ${first}`, stack: `${error.stack ?? ""}\n${error.message}` };
}

/** Finds the error in what Node prints of an uncaught one. Undefined if there is none. */
export function printedError(printed: string): ThrownText | undefined {
  const title = /^(?:Uncaught )?((?:[A-Z]\w*)?(?:Error|Exception)\b.*)$/m.exec(printed)?.[1];
  return title === undefined ? undefined : { title, stack: printed };
}

/**
 * Returns the problem of a config that does not load: one sentence with the file and the line, never a stack.
 * @param folder the project; only its own files count as a place
 * @param config name of the config, if no other place is known
 */
export function configFailure({ title, stack }: ThrownText, folder: string, config: string): Problem {
  const syntax = /(\S+?):(\d+):(\d+): ERROR: (.+)$/m.exec(`${title}\n${stack}`);
  if (syntax !== null) {
    const [, file = "", line = "", column = "", message = ""] = syntax;
    return notCompiled(`${named(file, folder)}:${line}:${column}`, message);
  }
  const missing = /Cannot find (?:module|package) '([^']+)'/.exec(stack)?.[1] ?? "";
  if (missing !== "") return notFound(missing, stack, folder, config);
  const place = placeIn(stack, folder) ?? config;
  if (title.startsWith("SyntaxError")) return notCompiled(place, title.slice("SyntaxError: ".length));
  return {
    code: "config-failed",
    path: place,
    message: `fails when it runs: ${plainText(title, 500)}`,
    fix: "Correct it there. A config only builds values: Statelock loads it for each synth.",
  };
}

function notCompiled(path: string, message: string): Problem {
  return {
    code: "config-syntax",
    path,
    message: `could not be compiled: ${plainText(message, 500)}`,
    fix: "Correct it there. The mistake may start on an earlier line.",
  };
}

function notFound(module: string, stack: string, folder: string, config: string): Problem {
  const importer = /imported from (?:file:\/\/)?(\S+)|Require stack:\n- (\S+)/.exec(stack);
  const file = importer?.[1] ?? importer?.[2];
  const isFile = /^(\.|\/|file:)/.test(module);
  return {
    code: "config-failed",
    path: file === undefined ? config : `${named(file, folder)}${lineOf(file, module)}`,
    message: `imports ${plainText(isFile ? named(module, folder) : module)}, which does not exist`,
    fix: isFile ? "Correct the path, or create the file." : "Install the package in this project, or correct its name.",
  };
}

/** Returns `:line` of an import, if the file names the module. */
function lineOf(file: string, module: string): string {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    const at = lines.findIndex((line) => line.includes(module) || line.includes(basename(module)));
    return at < 0 ? "" : `:${String(at + 1)}`;
  } catch {
    return ""; // The path is not one of this machine.
  }
}

/** Returns the first place in a stack that is a file of the project. */
function placeIn(stack: string, folder: string): string | undefined {
  for (const [, file = "", line = "", column] of stack.matchAll(/(?:file:\/\/)?(\/[^\s():]+):(\d+)(?::(\d+))?/g))
    if (file.startsWith(`${folder}/`) && !file.includes("/node_modules/"))
      return `${named(file, folder)}:${line}${column === undefined ? "" : `:${column}`}`;
  return undefined;
}

function named(file: string, folder: string): string {
  const path = file.replace(/^file:\/\//, "");
  return path.startsWith(`${folder}/`) ? relative(folder, path) : path;
}
