import { Linter } from "eslint";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parser } from "typescript-eslint";

const ROOT = join(__dirname, "..");

interface Layers {
  readonly LAYERS: Readonly<Record<string, { readonly imports: readonly string[] }>>;
  readonly rules: Linter.Config[];
  readonly table: string;
}

/** The module cannot be required here: jest loads CommonJS. */
const { LAYERS, rules, table } = JSON.parse(
  execFileSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { LAYERS, layerRules, layersTable } from "./layers.mjs";
       console.log(JSON.stringify({ LAYERS, rules: layerRules(), table: layersTable() }));`,
    ],
    { cwd: ROOT, encoding: "utf8" },
  ),
) as Layers;
const rooms = Object.keys(LAYERS);

const sources = ["lib", "cli", "stacks"]
  .flatMap((folder) => readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => posix.relative(ROOT, posix.join(entry.parentPath, entry.name)));

const linter = new Linter({ configType: "flat" });
const config: Linter.Config[] = [{ files: ["**/*.ts"], languageOptions: { parser: parser } }, ...rules];

function isRefused(fromRoom: string, target: string): boolean {
  const from = fromRoom === "." ? "planted.ts" : `${fromRoom}/planted.ts`;
  return linter.verify(`import "${target}";`, config, { filename: from }).length > 0;
}

function fileIn(fromRoom: string, room: string): string {
  const path = posix.relative(fromRoom, posix.join(room, "planted"));
  return path.startsWith(".") ? path : `./${path}`;
}

describe("layers.mjs", () => {
  it("has a room for every folder with sources", () => {
    const orphans = sources.map((file) => posix.dirname(file)).filter((folder) => roomOf(folder) === undefined);
    expect(orphans).toEqual([]);
  });

  it("lists a room after every room that it imports", () => {
    const early = rooms.flatMap((room, at) =>
      (LAYERS[room]?.imports ?? []).filter((name) => rooms.indexOf(name) >= at).map((name) => `${room} -> ${name}`),
    );
    expect(early).toEqual([]);
  });

  it.each(rooms)("refuses every import in %s that is not in the table", (room) => {
    const { imports = [] } = LAYERS[room] ?? {};
    const forbidden = rooms.filter((other) => other !== room && !imports.includes(other));
    expect(forbidden.filter((other) => !isRefused(room, fileIn(room, other)))).toEqual([]);
    expect(rooms.filter((other) => imports.includes(other) && isRefused(room, fileIn(room, other)))).toEqual([]);
    expect(["@aws-sdk/client-sqs", "left-pad", "node:dns"].filter((name) => !isRefused(room, name))).toEqual([]);
  });

  it("leaves no circle between files", () => {
    const imports = new Map(sources.map((file) => [file, importsOf(file)]));
    const done = new Set<string>();
    const circle = (file: string, path: readonly string[]): readonly string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return undefined;
      for (const next of imports.get(file) ?? []) {
        const found = circle(next, [...path, file]);
        if (found !== undefined) return found;
      }
      done.add(file);
      return undefined;
    };
    expect(sources.map((file) => circle(file, [])).find((found) => found !== undefined)).toBeUndefined();
  });

  it("is the table of the architecture page", () => {
    const page = readFileSync(join(ROOT, "docs", "explanation", "architecture.md"), "utf8");
    const shown = /<!-- layers:begin -->\s*([^]*?)\s*<!-- layers:end -->/.exec(page)?.[1] ?? "";
    const squeezed = (text: string): string => text.replace(/ +/g, " ").replace(/-+/g, "-");
    expect(squeezed(shown)).toBe(squeezed(table));
  });
});

/** A folder's room; a folder of `lib` or `cli` must not fall through to the room of the top folder. */
function roomOf(folder: string): string | undefined {
  const found = rooms.filter((room) => folder === room || folder.startsWith(`${room}/`));
  const room = found.sort((a, b) => b.length - a.length)[0];
  return (room === "lib" || room === "cli") && folder !== room ? undefined : room;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/\bfrom "(\.[^"]+)"/g)].map(
    ([, path = ""]) => `${posix.normalize(posix.join(posix.dirname(file), path))}.ts`,
  );
}
