import { z } from "zod";
import type { Problem } from "../problem/problem";
import { parseJson } from "../text/parse-json";
import type { LoggedLock } from "./own-orphan";

/** What `locks run --remember` writes, version 1: the locks that its command asked for, so that a later step finds them. */
const rememberedSchema = z.strictObject({
  version: z.literal(1),
  locks: z.array(
    z.strictObject({
      bucket: z.string(),
      stateKey: z.string(),
      /** The lock's ID, which Terraform logs. */
      id: z.string().min(1).optional(),
      /** SHA-256 of the lock's body, which OpenTofu logs. */
      sha256: z.string().min(1).optional(),
    }),
  ),
});

export type RememberedLock = z.infer<typeof rememberedSchema>["locks"][number];

/** Returns the text of the file. Of several locks of one state, only the last one can be left. */
export function rememberedText(logged: readonly LoggedLock[]): string {
  const last = new Map<string, RememberedLock>();
  for (const { id, sha256, place } of logged) {
    if (place === undefined) continue;
    const proof = id === undefined ? { sha256 } : { id };
    last.set(`${place.bucket}/${place.stateKey}`, { ...place, ...proof });
  }
  return `${JSON.stringify({ version: 1, locks: [...last.values()] }, null, 2)}\n`;
}

/** Parses the file. Returns a problem if `locks run --remember` did not write it. */
export function parseRemembered(path: string, text: string): readonly RememberedLock[] | Problem {
  const result = rememberedSchema.safeParse(parseJson(text));
  if (result.success) return result.data.locks;
  return {
    code: "remembered-unreadable",
    path,
    message: "must be a file that `statelock locks run --remember` writes, got something else",
    fix: "Name that file, or name the lock itself: `statelock locks show KEY` prints the command.",
  };
}
