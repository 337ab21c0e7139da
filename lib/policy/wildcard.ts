/**
 * Compiles a pattern as IAM matches it: `*` is any text, also an empty text and also across `/`; `?` is one character. The
 * time to match grows with both lengths, whatever the pattern: each part between two `*` is taken where it comes first.
 * @param flags `i` for actions, which IAM compares in any case; @default - exact, as IAM compares ARNs
 */
export function wildcardPattern(pattern: string, flags: "" | "i" = ""): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|+()[\]{}]/g, "\\$&").replaceAll("?", "."));
  const [first = "", last] = [parts[0], parts.length > 1 ? parts.at(-1) : undefined];
  const between = parts.slice(1, -1).filter((part) => part !== "");
  // A group in a lookahead is never matched again in another way.
  const taken = between.map((part, index) => `(?=(.*?${part}))\\${String(index + 1)}`).join("");
  return new RegExp(`^${first}${last === undefined ? "" : `${taken}.*${last}`}$`, `s${flags}`);
}
