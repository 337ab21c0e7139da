import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { manPage } from "../../docs-tools/man-page";
import { generatedPages } from "../../docs-tools/generated-pages";

const ROOT = join(__dirname, "..", "..");
const PAGES = generatedPages();

/** Prettier aligns tables and wraps lists; everything else must be the same. */
function squeezed(text: string): string {
  return text
    .replace(/-{3,}/g, "---")
    .replace(/\\(?=[<*_])/g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([[\]{}]) ?/g, "$1")
    .trim();
}

/** True for the page of one command. */
function isCommandPage({ path }: { readonly path: string }): boolean {
  return /commands\/[a-z-]+\.md$/.test(path);
}

describe("the generated pages", () => {
  it.each(PAGES.map(({ path, content }) => [path, content] as const))(
    "%s is up to date (npm run docs)",
    (path, content) => {
      expect(squeezed(readFileSync(join(ROOT, path), "utf8"))).toBe(squeezed(content));
    },
  );

  it("include a man page, made from the help of each command", () => {
    const { path, content } = manPage();
    expect(readFileSync(join(ROOT, path), "utf8")).toBe(content);
    expect(content.match(/^\.SS "statelock /gm)).toHaveLength(PAGES.filter(isCommandPage).length);
  });

  it("are all that is in the folder of commands", () => {
    const files = readdirSync(join(ROOT, "docs", "reference", "commands")).map(
      (name) => `docs/reference/commands/${name}`,
    );
    expect(files.sort()).toEqual(
      PAGES.map(({ path }) => path)
        .filter((path) => path.includes("/commands/"))
        .sort(),
    );
  });
});
