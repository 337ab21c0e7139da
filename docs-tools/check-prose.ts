import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { proseFindings } from "./prose-findings";

const ROOT = join(__dirname, "..");
const PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "docs-tools"];
const SOURCES = ["lib", "cli", "stacks", "lab", "bench", "demo", "main.ts", "state.config.ts"];

function filesOf(path: string): string[] {
  if (/\.[a-z]+$/.test(path)) return [path];
  return readdirSync(join(ROOT, path), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:md|ts)$/.test(entry.name))
    .map((entry) => join(path, entry.parentPath.slice(join(ROOT, path).length), entry.name))
    .sort();
}

/** Checks the given files and folders, or all of them. */
async function main(paths: readonly string[]): Promise<void> {
  const files = (paths.length > 0 ? paths : [...PAGES, ...SOURCES]).flatMap(filesOf);
  let count = 0;
  for (const file of files)
    for (const { line, message } of await proseFindings(file, readFileSync(join(ROOT, file), "utf8"))) {
      console.error(`${file}:${String(line)}  ${message}`);
      count += 1;
    }
  console.log(`prose: ${String(count)} findings in ${String(files.length)} files`);
  process.exitCode = count > 0 ? 1 : 0;
}

// npm run prose [-- file or folder …]
void main(process.argv.slice(2));
