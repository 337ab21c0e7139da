import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { RunRecord } from "./project-files";
import { parseJson } from "../text/parse-json";
import { codeOf, digest } from "./journal";

const schema = z.object({
  version: z.literal(1),
  files: z.array(z.object({ path: z.string(), after: z.string() })),
});

/** Beside what other commands keep of their runs; a scan passes it over. */
const FILE = join(".statelock", "migrate-run.json");

/**
 * The real side of {@link RunRecord}, in a working directory. It is there while a run writes, and stays where that run
 * is killed. A file counts as that run's while its content is, byte for byte, what the run was to give it.
 * @param beside real paths of what runs keep beside the files of roots: it counts as long as the record is there
 */
export function runRecord(workingDirectory: string, beside: readonly string[]): RunRecord {
  const path = join(workingDirectory, FILE);
  const recorded = async (): Promise<z.infer<typeof schema>["files"] | undefined> => {
    const found = schema.safeParse(parseJson(await textOf(path)));
    if (!found.success) return undefined;
    const { files } = found.data;
    const now = await Promise.all(files.map(async (file) => digest(await textOf(file.path)) === file.after));
    return files.filter((_, index) => now[index]);
  };
  return {
    written: async () => {
      const files = await recorded();
      return new Set(files === undefined ? [] : [...files.map((file) => file.path), ...beside]);
    },
    begin: async (replacements) => {
      const planned = replacements.map(({ realPath, after }) => ({ path: realPath, after: digest(after) }));
      const files = [...((await recorded()) ?? []), ...planned];
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, `${JSON.stringify({ version: 1, files })}\n`);
      await rename(`${path}.new`, path);
    },
    end: () => rm(path, { force: true }),
  };
}

/** Empty where there is no such file. */
async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  });
}
