import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** When the program that calls the shim is to die. */
export interface Ambush {
  /** Before the real program starts, or after it has ended. */
  readonly when: "before" | "after";
  /** A regular expression on the arguments, joined by spaces. */
  readonly match: string;
  /** Which matching call, counted from here on. @default 1 */
  readonly nth?: number;
}

/** Stands in front of a real program on PATH, keeps a log of its calls and can kill the caller at an exact one. */
export interface Shim {
  /** To be put in front of PATH. */
  readonly directory: string;
  /** The arguments of every call so far. */
  calls(): string[][];
  /** Kills the caller with SIGKILL once; a new ambush replaces the one before. */
  arm(ambush: Ambush): void;
  disarm(): void;
}

interface ShimOptions {
  /** Where the shim's files go; made when missing. */
  readonly directory: string;
  /** The program's name, such as "terraform". */
  readonly program: string;
  /** Where to look for the real one. @default - PATH of this process */
  readonly path?: string;
}

const SEPARATOR = "\x1f";

export function createShim(options: ShimOptions): Shim {
  const { directory, program, path = process.env["PATH"] ?? "" } = options;
  const real = path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);
  if (real === undefined) throw new Error(`There is no ${program} on ${path}`);
  const log = join(directory, "calls.log");
  const ambushFile = join(directory, "ambush.json");
  const trap = join(directory, "trap.js");
  mkdirSync(directory, { recursive: true });
  writeFileSync(log, "");
  writeFileSync(trap, TRAP);
  writeFileSync(join(directory, program), script({ real, log, ambushFile, trap }));
  chmodSync(join(directory, program), 0o755);

  const calls = (): string[][] =>
    readFileSync(log, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(SEPARATOR).slice(0, -1));
  const arm = (ambush: Ambush | undefined): void => {
    writeFileSync(ambushFile, ambush ? JSON.stringify({ nth: 1, ...ambush, after: calls().length }) : "");
  };
  return {
    directory,
    calls,
    arm,
    disarm: () => {
      arm(undefined);
    },
  };
}

/** Unarmed it becomes the real program, so that signals and its process id are the real ones'. */
function script(files: { real: string; log: string; ambushFile: string; trap: string }): string {
  const quoted = (file: string): string => `'${file.replaceAll("'", `'\\''`)}'`;
  const log = quoted(files.log);
  const real = quoted(files.real);
  const ambushFile = quoted(files.ambushFile);
  const trap = [process.execPath, files.trap].map(quoted).join(" ");
  return `#!/bin/sh
# An argument that holds a line break would read as two calls.
line=$(for arg; do printf '%s\\037' "$arg"; done | tr '\\n' ' ')
printf '%s\\n' "$line" >> ${log}
[ -s ${ambushFile} ] || exec ${real} "$@"
exec ${trap} ${ambushFile} ${log} ${real} "$@"
`;
}

/** `exec` keeps the shell's parent, so process.ppid is the caller. Plain JavaScript: it runs without any loader. */
const TRAP = `
const { readFileSync, writeFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const [ambushFile, log, real, ...args] = process.argv.slice(2);
const caller = process.ppid;
const { when, match, nth, after } = JSON.parse(readFileSync(ambushFile, "utf8"));
const lines = readFileSync(log, "utf8").split("\\n").slice(after, -1);
const matches = (line) => new RegExp(match).test(line.split("\\x1f").slice(0, -1).join(" "));
const springs = matches(lines.at(-1)) && lines.filter(matches).length === nth;
const kill = () => {
  writeFileSync(ambushFile, "");
  process.kill(caller, "SIGKILL");
};
if (springs && when === "before") {
  kill();
} else {
  const ended = spawnSync(real, args, { stdio: "inherit" });
  if (springs) kill();
  else if (ended.signal) process.kill(process.pid, ended.signal);
  else process.exitCode = ended.status;
}
`;
