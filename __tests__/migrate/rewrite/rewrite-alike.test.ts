import { shapeOf, withValues } from "../../../lib/hcl/alike";
import { parseSource } from "../../../lib/migrate/scan/source/parse-source";
import { rewrite } from "../../../lib/migrate/rewrite/rewrite";
import { rewriteAlike } from "../../../lib/migrate/rewrite/rewrite-alike";
import type { Change } from "../../../lib/migrate/rewrite/changes";
import { SyntaxProblem } from "../../../lib/hcl/syntax";
import { fileKind } from "../../../lib/migrate/scan/source/file-kind";
import type { SourceFile } from "../../../lib/migrate/scan/source/site";
import { parsers } from "../../support/fleet";

const backend = (key: string, more = ""): string =>
  `# key = "${key}"\nterraform {\n  backend "s3" {\n    key            = "${key}"\n    bucket         = "${key}"\n    dynamodb_table = "locks" # note\n${more}  }\n}\n`;
const HEREDOC = (key: string): string => `locals {\n  x = <<EOF\nkey = "${key}"\nEOF\n}\n${backend(key)}`;

const TEXTS: readonly string[] = [
  ...["a/b", "c/d", "e.f", "a//b", "Ā/b", "é/b", "${a}", "a\\nb", "x"].map((key) => backend(key)),
  ...["a/b", "c/d"].map(HEREDOC),
  backend("a/b").replace(/\n/g, "\r\n"),
  backend("c/d").replace(/\n/g, "\r\n"),
  backend("a/b", '    workspace_key_prefix = "p"\n'),
  backend("a/b").replace("backend", "broken {"),
];

const CHANGES: readonly Change[] = [
  { kind: "insert", name: "use_lockfile", value: true, beside: "dynamodb_table", side: "after" },
  { kind: "remove", name: "dynamodb_table" },
];

async function fileOf(text: string): Promise<SourceFile | undefined> {
  const kind = fileKind("main.tf");
  const finding = kind && parseSource((await parsers()).positions, kind, text);
  if (kind === undefined || finding === undefined || finding instanceof SyntaxProblem) return undefined;
  return { path: "main.tf", realPath: "/main.tf", kind, text, ...finding };
}

it("files that are alike keep their own keys, and change as each would by itself", async () => {
  const alike = rewriteAlike(await parsers());
  for (const change of CHANGES)
    for (const text of TEXTS) {
      const file = await fileOf(text);
      if (file === undefined) continue;
      const key = /^ +key += "(.*)"/m.exec(text)?.[1];
      const [site] = file.sites;
      const attribute = site?.arguments?.find(({ name }) => name === "key");
      expect(text.slice(attribute?.value.start, attribute?.value.end)).toBe(`"${key ?? ""}"`);
      const literal = attribute?.value.kind === "literal" ? attribute.value.literal : key;
      expect(literal).toBe(key?.replace("\\n", "\n"));
      const changes = new Map(site === undefined ? [] : [[site, [change]]]);
      expect(await alike(file, changes)).toEqual(await rewrite(await parsers(), file, changes));
    }
});

it("a value that a change lost is not put back", () => {
  const shape = shapeOf(backend("a/b"));
  expect(shape && withValues(shape.text, shape)).toBe(backend("a/b"));
  expect(shape && withValues("", shape)).toBeUndefined();
  expect(shape && withValues(shape.text + shape.text, shape)).toBeUndefined();
  expect(shapeOf(backend("Ā"))).toBeUndefined();
});
