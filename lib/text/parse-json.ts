/** Parses JSON. Returns undefined if the text is not valid JSON. A schema then decides whether the value is the wanted one. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
