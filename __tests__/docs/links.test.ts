import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../../lab/machine/project-root";
import { readPage, readPages } from "../support/pages";

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replace(/```[^]*?```/g, "").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    return words.replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
  });
}

function brokenLinks(path: string, text: string): string[] {
  const links = [...text.replace(/```[^]*?```/g, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^(?:https?|mailto):/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    if (!existsSync(join(PROJECT_ROOT, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(readPage(target).text).includes(anchor);
  });
}

describe("the documentation", () => {
  it("has no broken link", () => {
    const broken = readPages().flatMap(({ path, text }) => brokenLinks(path, text).map((link) => `${path}: ${link}`));
    expect(broken).toEqual([]);
  });

  it("has every page that the code, the schemas and the examples name", () => {
    const files = ["lib", "cli", "stacks", "schemas", "examples", "lab"].flatMap((folder) =>
      readdirSync(join(PROJECT_ROOT, folder), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    const named = files.flatMap((file) => readFileSync(file, "utf8").match(/\bdocs\/[\w/-]+\.md\b/g) ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect([...new Set(named)].filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
  });
});
