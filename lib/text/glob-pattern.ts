/**
 * Returns a pattern for the POSIX paths that a glob means: `*`, `?`, `**` for any folders, `{a,b}`. A leading `./` has no
 * meaning.
 */
export function globPattern(glob: string): RegExp {
  const plain = glob.replace(/^(?:\.\/)+/, "").replace(/\/{2,}/g, "/");
  const parts = plain.replace(/\*\*\/|\*+|\?|\{[^{}]*\}|[.+^${}()|[\]\\]/g, (found) => {
    if (found === "**/") return "(?:[^/]+/)*";
    if (found === "**") return ".*";
    if (found.startsWith("*")) return "[^/]*";
    if (found === "?") return "[^/]";
    return found.length > 1 ? `(?:${found.slice(1, -1).split(",").map(escaped).join("|")})` : escaped(found);
  });
  return new RegExp(`^${parts}$`);
}

function escaped(text: string): string {
  return text.replace(/[.+*?^${}()|[\]\\]/g, "\\$&");
}
