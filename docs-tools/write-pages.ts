import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { generatedPages } from "./generated-pages";
import { manPage } from "./man-page";
import type { Page } from "./page";

const ROOT = join(__dirname, "..");
const ARCHITECTURE = "docs/explanation/architecture.md";
const LAYERS = "../layers.mjs";

/** The architecture page, with the layer table that layers.mjs makes. */
async function architecturePage(): Promise<Page> {
  const { layersTable } = (await import(LAYERS)) as { layersTable: () => string };
  const content = readFileSync(join(ROOT, ARCHITECTURE), "utf8").replace(
    /(<!-- layers:begin -->)[^]*(<!-- layers:end -->)/,
    (_all, begin: string, end: string) => `${begin}\n\n${layersTable()}\n\n${end}`,
  );
  return { path: ARCHITECTURE, content };
}

// npm run docs
async function main(): Promise<void> {
  const pages = [...generatedPages(), await architecturePage()];
  const man = manPage();
  // Only now: if a page cannot be made, the old pages stay.
  rmSync(join(ROOT, "docs", "reference", "commands"), { recursive: true, force: true });
  writeFileSync(join(ROOT, man.path), man.content);
  for (const { path, content } of pages) {
    const filepath = join(ROOT, path);
    mkdirSync(dirname(filepath), { recursive: true });
    writeFileSync(filepath, await format(content, { ...(await resolveConfig(filepath)), filepath }));
  }
}

void main();
