/** What JSON says; undefined where a text is none. For text of which a schema decides whether it is what was wanted. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
