import { readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { shown, type Problem } from "../problem/problem";
import { plainText } from "../text/plain-text";

/** Characters of a line that are looked at. */
const LONGEST = 2_000;

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
  // A config may set any value there.
  const [name, message, stack] = [error.name, error.message, error.stack ?? ""].map((value: unknown) =>
    typeof value === "string" ? value : shown(value),
  );
  return bounded(`${name ?? ""}: ${message?.split("\n")[0] ?? ""}`, `${stack ?? ""}\n${message ?? ""}`);
}

/** Returns a line without its end, if it is so long that nobody reads it, and that an expression would take minutes on it. */
export function shortened(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function bounded(title: string, stack: string): ThrownText {
  return { title: shortened(title), stack: stack.split("\n").map(shortened).join("\n") };
}

/** Finds the error in what Node prints of an uncaught one. Undefined if there is none. */
export function printedError(printed: string): ThrownText | undefined {
  const title = /^(?:Uncaught )?((?:[A-Z]\w*)?(?:Error|Exception)\b.*)$/m.exec(printed)?.[1];
  return title === undefined ? undefined : bounded(title, printed);
}

/**
 * Returns the problem of a config that does not load: one sentence with the file and the line, never a stack.
 * @param folder the project; only its own files count as a place
 * @param config name of the config, if no other place is known
 */
export function configFailure({ title, stack }: ThrownText, folder: string, config: string): Problem {
  const syntax = /^(?:\w*Error: )?(.*?):(\d+):(\d+): ERROR: (.+)$/m.exec(`${title}\n${stack}`);
  if (syntax !== null) {
    const [, file = "", line = "", column = "", message = ""] = syntax;
    return notCompiled(`${named(file, folder)}:${line}:${column}`, message);
  }
  const missing = /Cannot find (?:module|package) '(.+?)'(?= imported from|$)/m.exec(stack)?.[1] ?? "";
  if (missing !== "") return notFound(missing, stack, folder, config);
  if (/ERR_REQUIRE_ASYNC_MODULE|top-level await|await is only valid/.test(`${title}\n${stack}`))
    return awaiting(folder, config);
  const [, json, why = ""] = /^SyntaxError: (\/.+?\.json): (.+)$/.exec(title) ?? [];
  if (json !== undefined) return notCompiled(named(json, folder), why);
  const place = placeIn(stack, folder) ?? config;
  const isParsed = stack.includes("at JSON.parse (<anonymous>)");
  if (title.startsWith("SyntaxError") && !isParsed) return notCompiled(place, title.slice("SyntaxError: ".length));
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

function awaiting(folder: string, config: string): Problem {
  return {
    code: "config-syntax",
    path: `${config}${lineOf(join(folder, config), "await ")}`,
    message: "must not wait while it loads, but it or a file that it imports has an await outside of a function",
    fix: "Remove the await, or write the config as state.config.mjs, which may wait.",
  };
}

function notFound(module: string, stack: string, folder: string, config: string): Problem {
  const importer = /imported from (?:file:\/\/)?(.+)$|Require stack:\n- (.+)$/m.exec(stack);
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

/**
 * Returns the first place in a stack that is a file of the project. A column of TypeScript is one of the compiled text, so the
 * place has none.
 */
function placeIn(stack: string, folder: string): string | undefined {
  for (const line of stack.split("\n").map(decoded)) {
    const at = line.indexOf(`${folder}/`);
    const [, file, row, column] = /^(.+?):(\d+)(?::(\d+))?(?!\d)/.exec(line.slice(at + folder.length + 1)) ?? [];
    if (at < 0 || file === undefined || file.includes("node_modules/")) continue;
    return `${file}:${row ?? ""}${column === undefined || /\.[cm]?ts$/.test(file) ? "" : `:${column}`}`;
  }
  return undefined;
}

/** Returns a line of a stack with the paths that it names as URLs as they are on disk. */
function decoded(line: string): string {
  try {
    return line.includes("file://") ? decodeURIComponent(line) : line;
  } catch {
    return line; // A percent sign that encodes nothing.
  }
}

function named(file: string, folder: string): string {
  const path = decoded(file).replace(/^file:\/\//, "");
  return path.startsWith(`${folder}/`) ? relative(folder, path) : path;
}
