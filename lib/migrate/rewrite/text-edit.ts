import type { Span } from "../../hcl/syntax";

/** Replaces one span of a text. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** Returns the text with the edits applied. Edits must not overlap; edits at one offset apply in the given order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((left, right) => left.start - right.start || left.end - right.end);
  let result = "";
  let copied = 0;
  for (const { start, end, text: replacement } of ordered) {
    if (start < copied) throw new Error(`edits overlap at ${String(start)}`);
    result += text.slice(copied, start) + replacement;
    copied = end;
  }
  return result + text.slice(copied);
}
