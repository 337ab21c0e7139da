import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Checks have codes of their own; those that bootstrap makes become problems with this prefix. */
const CHECKS = {
  folder: join("lib", "verify"),
  command: join("cli", "verify", "verify.ts"),
  bootstrap: join("lib", "verify", "posture-checks.ts"),
  prefix: "posture-",
};

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function codesIn(file: string): string[] {
  const values = [...readFileSync(file, "utf8").matchAll(/\b(?:code|unproven): ([^{},\n]*)/g)].map(
    ([, value]) => value ?? "",
  );
  return values.flatMap((value) => [...value.matchAll(/"([a-z0-9-]+)"/g)].map(([, code]) => code ?? ""));
}

function listedIn(page: string): string[] {
  const text = readFileSync(join(ROOT, "docs", "reference", page), "utf8");
  return [...text.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, code]) => code ?? "").sort();
}

describe("docs/reference/problems.md", () => {
  it("lists every code there is, and no other", () => {
    const ofProblems = ["lib", "cli"]
      .flatMap(sources)
      .filter((file) => !file.includes(CHECKS.folder) && !file.endsWith(CHECKS.command));
    const ofBootstrap = codesIn(join(ROOT, CHECKS.bootstrap)).map((code) => CHECKS.prefix + code);
    expect(listedIn("problems.md")).toEqual([...new Set([...ofProblems.flatMap(codesIn), ...ofBootstrap])].sort());
  });
});

describe("docs/reference/checks.md", () => {
  it("lists every check there is, and no other", () => {
    const files = [...sources(CHECKS.folder), join(ROOT, CHECKS.command)];
    expect(listedIn("checks.md")).toEqual([...new Set(files.flatMap(codesIn))].sort());
  });
});
