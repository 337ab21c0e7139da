import { readHcl } from "../../lib/hcl/hashicorp-parser";
import { loadHclParser } from "../../lib/hcl/tree-sitter-parser";
import type { MoveOptions, MovePlan } from "../../lib/migrate/step/move-plan";
import { planMoves } from "../../lib/migrate/step/plan-moves";
import type { ProjectFiles } from "../../lib/files/project-files";
import type { Parsers } from "../../lib/migrate/scan/source/parsers";
import { scan, type Scan } from "../../lib/migrate/scan/scan";

/** A project as a test writes it: path → text. */
export type Fleet = Readonly<Record<string, string>>;

/** The real parsers. */
export async function parsers(): Promise<Parsers> {
  return { positions: await loadHclParser(), confirm: readHcl };
}

/** A project in memory; `links` are paths that lead to others. */
export function memoryFiles(fleet: Fleet, links: Readonly<Record<string, string>> = {}): ProjectFiles {
  return {
    find: (_directories, wanted) => {
      const paths = [...Object.keys(fleet), ...Object.keys(links)].filter((path) => {
        const [name = "", ...folders] = path.split("/").reverse();
        return wanted.file(name) && folders.every((folder) => wanted.folder(folder));
      });
      return Promise.resolve(paths.map((path) => ({ path, realPath: `/real/${links[path] ?? path}` })));
    },
    read: ({ realPath }) => Promise.resolve(fleet[realPath.slice("/real/".length)] ?? ""),
  };
}

/** A scan of a project in memory. */
export async function scanned(fleet: Fleet, links?: Readonly<Record<string, string>>): Promise<Scan> {
  return scan(memoryFiles(fleet, links), await parsers(), ["."]);
}

/** A plan for a project in memory. */
export async function planned(
  fleet: Fleet,
  options: MoveOptions,
  links?: Readonly<Record<string, string>>,
): Promise<MovePlan> {
  return planMoves(await parsers(), await scanned(fleet, links), options);
}

/** The project after its plan; refused roots stay as they are. */
export async function moved(fleet: Fleet, options: MoveOptions): Promise<Fleet> {
  const { moves } = await planned(fleet, options);
  const changed = moves.flatMap(({ replacements }) => replacements.map(({ path, after }) => [path, after] as const));
  return { ...fleet, ...Object.fromEntries(changed) };
}

/** `phase root` of every configuration. */
export async function phases(fleet: Fleet): Promise<string[]> {
  return (await scanned(fleet)).configurations.map(({ root, phase }) => `${phase} ${root}`);
}
