import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";

export const ROOT = join(__dirname, "..");

/** A temporary folder with the package installed in it, as a user has it. */
export class Place {
  readonly directory = mkdtempSync(join(tmpdir(), "statelock-bench-"));
  readonly statelock = this.path("installed", "node_modules", "statelock", "bin", "statelock.js");
  /** The program that `statelock synth` starts where there is no CDKTF project. */
  readonly app = this.path("installed", "node_modules", "statelock", "dist", "app.js");
  readonly installed: { readonly seconds: number; readonly megabytes: number };

  constructor() {
    execFileSync(process.execPath, [join(ROOT, "bin", "statelock.js"), "--version"], { stdio: "ignore" });
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", this.directory];
    const name = execFileSync("npm", pack, { cwd: ROOT, encoding: "utf8" }).trim();
    const folder = this.path("installed");
    mkdirSync(folder);
    const started = performance.now();
    const install = ["install", "--offline", "--no-audit", "--no-fund", "--prefix", folder, this.path(name)];
    execFileSync("npm", install, { stdio: "ignore" });
    const seconds = (performance.now() - started) / 1_000;
    this.installed = { seconds, megabytes: sizes(folder).reduce((sum, [, size]) => sum + size, 0) / 1_048_576 };
  }

  path(...segments: readonly string[]): string {
    return join(this.directory, ...segments);
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  has(...segments: readonly string[]): boolean {
    return existsSync(this.path(...segments));
  }

  /** Removes a folder of the place. */
  clear(...segments: readonly string[]): void {
    rmSync(this.path(...segments), { recursive: true, force: true });
  }

  remove(): void {
    this.clear();
  }
}

/** Returns each file below a folder with its size. */
export function sizes(folder: string): (readonly [path: string, size: number])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file.slice(folder.length + 1), statSync(file).size] as const);
}
