/**
 * Compiles a pattern as IAM matches it: `*` is any text, also an empty text and also across `/`; `?` is one character.
 * @param flags `i` for actions, which IAM compares in any case; @default - exact, as IAM compares ARNs
 */
export function wildcardPattern(pattern: string, flags: "" | "i" = ""): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`);
}
