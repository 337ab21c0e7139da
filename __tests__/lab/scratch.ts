import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Scratch {
  readonly directory: string;
  path(...segments: string[]): string;
  /** Writes a file with its folders and returns its path. */
  write(file: string, text?: string): string;
  /** The same, executable. */
  program(file: string, script: string): string;
  remove(): void;
}

/** A temporary folder for the files of one test. */
export function scratch(): Scratch {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "statelock-unit-")));
  const path = (...segments: string[]): string => join(directory, ...segments);
  const write = (file: string, text = ""): string => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), text);
    return path(file);
  };
  return {
    directory,
    path,
    write,
    program: (file, script) => {
      chmodSync(write(file, script), 0o755);
      return path(file);
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
