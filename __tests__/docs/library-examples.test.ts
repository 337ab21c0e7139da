import { dirname, join } from "node:path";
import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";
import { PROJECT_ROOT } from "../../lab/machine/project-root";
import { inFull } from "../support/full";

const SURFACE = join(PROJECT_ROOT, "lib", "index.ts");

/** What an example may use without making it, as a reader's own project has it. */
const GIVEN = `
  import { App, TerraformOutput, TerraformStack } from "cdktf";
  import type { Construct } from "constructs";
  import { writeFileSync } from "node:fs";
  import type * as types from "./lib/index";
  declare const app: App, stack: TerraformStack, stateConfig: types.StateConfig, home: types.StateHome;
  declare const consumer: types.Consumer, settings: types.BackendSettings, scope: types.StateScope;
  declare const guardScope: types.GuardScope, keyScope: types.KeyPolicyScope, DemoStack: types.ConsumerStackClass;
`;

/** The example of each export of the library, undefined where there is none. */
function examples(): Map<string, string | undefined> {
  const surface = parsed(SURFACE).statements.filter(ts.isExportDeclaration);
  return new Map(
    surface.flatMap(({ moduleSpecifier, exportClause }) => {
      const file = parsed(join(dirname(SURFACE), `${(moduleSpecifier as ts.StringLiteral).text}.ts`));
      return (exportClause as ts.NamedExports).elements.map(({ name }) => [name.text, exampleOf(file, name.text)]);
    }),
  );
}

function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
}

function exampleOf(file: ts.SourceFile, name: string): string | undefined {
  const statement = file.statements.find((one) =>
    ts.isVariableStatement(one)
      ? one.declarationList.declarations.some((declared) => declared.name.getText() === name)
      : (one as ts.Statement & { name?: ts.Identifier }).name?.text === name,
  );
  const tag = statement && ts.getJSDocTags(statement).find(({ tagName }) => tagName.text === "example");
  return tag && ts.getTextOfJSDocComment(tag.comment);
}

it("every export of the library has an example", () => {
  const found = [...examples()];
  expect(found.length).toBeGreaterThan(40);
  expect(found.filter(([, example]) => example === undefined).map(([name]) => name)).toEqual([]);
});

inFull(() => {
  it("every example, and every block of the library's page, compiles", () => {
    const found = examples();
    const files = new Map(
      [...found].map(([name, example = ""]) => [
        join(PROJECT_ROOT, `example-${name}.ts`),
        program(example, [...found.keys()]),
      ]),
    );
    for (const [nth, block] of blocksOf("docs/how-to/use-the-library.md").entries())
      files.set(join(PROJECT_ROOT, `block-${String(nth)}.ts`), block.replaceAll('"statelock"', '"./lib/index"'));
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(PROJECT_ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
      ts.sys,
      PROJECT_ROOT,
    );
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (path, ...rest) => {
      const text = files.get(path);
      return text === undefined ? read(path, ...rest) : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    };
    host.fileExists = (path) => files.has(path) || existsSync(path);
    const compiled = ts.createProgram(
      [...files.keys()],
      { ...options, noUnusedLocals: false, noUnusedParameters: false },
      host,
    );
    const problems = [...files.keys()].flatMap((path) => {
      const file = compiled.getSourceFile(path);
      return [...compiled.getSyntacticDiagnostics(file), ...compiled.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
    });
    expect([...files.keys()].filter((path) => path.includes("block-"))).toHaveLength(5);
    expect(problems).toEqual([]);
  });
});

/** The blocks of TypeScript on a page: whole files. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(PROJECT_ROOT, page), "utf8");
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
}

/** An example in a function of its own, in which it may declare again what is given. */
function program(example: string, surface: readonly string[]): string {
  const names = surface.filter((name) => new RegExp(`\\b${name}\\b`).test(example));
  const body = example.replaceAll("export ", "");
  return `import { ${names.join(", ")} } from "./lib/index";${GIVEN}\nexport function run(): void {\n${body}\n}\n`;
}
