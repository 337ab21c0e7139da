/** `npm run lint`, `npm run types` and the first half of `npm run api:check` in one: they ask the compiler the same. */
import { join } from "node:path";
import { ESLint } from "eslint";
import ts from "typescript";

const ROOT = process.cwd();
const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: report };

function report(...problems) {
  const format = { getCurrentDirectory: () => ROOT, getCanonicalFileName: (name) => name, getNewLine: () => "\n" };
  process.stdout.write(ts.formatDiagnostics(problems, format));
}

// What tsconfig.types.json adds.
const emits = { noEmit: false, declaration: true, emitDeclarationOnly: true, stripInternal: true };
const places = { rootDir: ROOT, outDir: join(ROOT, ".statelock", "types") };
const config = ts.getParsedCommandLineOfConfigFile("tsconfig.json", { ...emits, ...places }, host);
if (config === undefined) process.exit(1);
const { fileNames, options, errors } = config;
const program = ts.createProgram({ rootNames: fileNames, options, configFileParsingDiagnostics: errors });
const published = program
  .getSourceFiles()
  .filter(({ fileName }) => /^\/(lib|stacks)\//.test(fileName.slice(ROOT.length)));
const problems = ts.sortAndDeduplicateDiagnostics([
  ...program.getConfigFileParsingDiagnostics(),
  ...program.getOptionsDiagnostics(),
  ...program.getGlobalDiagnostics(),
  ...program.getSyntacticDiagnostics(),
  ...program.getSemanticDiagnostics(),
  ...published.flatMap((file) => program.emit(file, undefined, undefined, true).diagnostics),
]);
report(...problems);

const languageOptions = { parserOptions: { project: null, programs: [program] } };
const eslint = new ESLint({ overrideConfig: { files: ["**/*.ts"], languageOptions } });
const results = await eslint.lintFiles(["."]);
process.stdout.write(await (await eslint.loadFormatter("stylish")).format(results));

const isClean = results.every(({ errorCount, fatalErrorCount }) => errorCount + fatalErrorCount === 0);
process.exitCode = problems.length === 0 && isClean ? 0 : 1;
