import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Checks of the posture have codes of their own, which become problems with this prefix. */
const CHECKS = { folder: join("lib", "verify"), prefix: "posture-" };

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function codesIn(file: string): string[] {
  const prefix = file.includes(CHECKS.folder) ? CHECKS.prefix : "";
  const values = [...readFileSync(file, "utf8").matchAll(/\bcode: ([^{},\n]*)/g)].map(([, value]) => value ?? "");
  return values.flatMap((value) => [...value.matchAll(/"([a-z0-9-]+)"/g)].map(([, code]) => prefix + (code ?? "")));
}

describe("docs/problems.md", () => {
  it("lists every code there is, and no other", () => {
    const page = readFileSync(join(ROOT, "docs", "problems.md"), "utf8");
    const listed = [...page.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, code]) => code);
    const used = new Set(["lib", "cli"].flatMap(sources).flatMap(codesIn));
    expect(listed.sort()).toEqual([...used].sort());
  });
});
