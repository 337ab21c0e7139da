import { TextlintKernel, type TextlintKernelOptions } from "@textlint/kernel";
import markdown from "@textlint/textlint-plugin-markdown";
import text from "@textlint/textlint-plugin-text";
import { join } from "node:path";
import prh from "textlint-rule-prh";
import { sourceProse } from "./source-prose";

interface ProseFinding {
  readonly line: number;
  readonly message: string;
}

const kernel = new TextlintKernel();
const options = { checkLink: true, checkEmphasis: true, checkBlockQuote: true };
const rules = [{ ruleId: "prh", rule: prh, options: { rulePaths: [join(__dirname, "dialect.yml")], ...options } }];

/**
 * Returns the phrases of `dialect.yml` that a file uses. Of a Markdown page it reads everything except code; of a
 * TypeScript file the comments and the text literals.
 */
export async function proseFindings(file: string, content: string): Promise<ProseFinding[]> {
  if (file.endsWith(".md")) {
    const { messages } = await kernel.lintText(content, settings(".md", "markdown", markdown));
    return messages.map(({ loc, message }) => ({ line: loc.start.line, message }));
  }
  const fragments = sourceProse(content);
  const lines = fragments.map((fragment) => fragment.text).join("\n");
  const { messages } = await kernel.lintText(lines, settings(".txt", "text", text));
  return messages.map(({ loc, message }) => ({ line: fragments[loc.start.line - 1]?.line ?? 0, message }));
}

function settings(ext: string, pluginId: string, plugin: typeof text): TextlintKernelOptions {
  return { ext, plugins: [{ pluginId, plugin }], rules };
}
