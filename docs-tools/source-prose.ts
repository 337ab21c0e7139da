import ts from "typescript";

/** A comment or a text literal of a source file, on one line, and the line where it starts. */
interface ProseFragment {
  readonly line: number;
  readonly text: string;
}

/** Returns the comments and the text literals of a TypeScript file. Code in backticks becomes a placeholder. */
export function sourceProse(content: string): ProseFragment[] {
  const file = ts.createSourceFile("source.ts", content, ts.ScriptTarget.Latest, true);
  const fragments: ProseFragment[] = [];
  const keep = (position: number, text: string): void => {
    const flat = text
      .replace(/`[^`]*`/g, "CODE")
      .replace(/\s+/g, " ")
      .trim();
    if (/[a-z] [a-z]/i.test(flat))
      fragments.push({ line: file.getLineAndCharacterOfPosition(position).line + 1, text: flat });
  };
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(content, node.getFullStart()) ?? []) {
      if (!seen.has(pos)) keep(pos, commentText(content.slice(pos, end)));
      seen.add(pos);
    }
    if (ts.isTemplateExpression(node)) {
      const rest = node.templateSpans.map(({ literal }) => literal.text);
      keep(node.getStart(), [node.head.text, ...rest].join("VALUE"));
    } else if (ts.isStringLiteralLike(node)) keep(node.getStart(), node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return fragments;
}

function commentText(comment: string): string {
  return comment.replace(/^\/\*+|\*+\/$/g, "").replace(/^\s*(?:\*|\/\/+) ?/gm, "");
}
