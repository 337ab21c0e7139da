import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** Makes an empty folder that is gone after the file's tests. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "statelock-unit-")));
  made.push(folder);
  return folder;
}

/** A scratch folder to write files and programs in. */
export class ScratchFolder {
  readonly directory = scratch();

  path(...segments: string[]): string {
    return join(this.directory, ...segments);
  }

  /** Writes a file with its folders and returns its path. */
  write(file: string, text = ""): string {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
    return this.path(file);
  }

  /** Returns the text of a file. */
  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  /** Writes an executable file and returns its path. */
  program(file: string, script: string): string {
    chmodSync(this.write(file, script), 0o755);
    return this.path(file);
  }
}

/** Every file below a folder, sorted by path, with its content. */
export function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
