import type { Token } from "../../hcl/syntax";

/** Joins comments on one line, and starts a new line after a comment that runs to the end of its line. */
export function joinComments(text: string, comments: readonly Token[], eol: string, indent: string): string {
  return comments
    .map((token, index) => {
      const isLast = index === comments.length - 1;
      return commentText(text, token) + (isLast ? "" : runsToEnd(text, token) ? eol + indent : " ");
    })
    .join("");
}

/** True for a comment that starts with `#` or `//`. */
export function runsToEnd(text: string, comment: Token): boolean {
  return !text.startsWith("/*", comment.start);
}

function commentText(text: string, { start, end }: Token): string {
  return text.slice(start, text[end - 1] === "\r" ? end - 1 : end);
}
