/** `npm run lint` and `npm run types` in one: the compiler answers once what both ask about types. */
import { ESLint } from "eslint";
import ts from "typescript";

const ROOT = process.cwd();
const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: report };

function report(...problems) {
  const format = { getCurrentDirectory: () => ROOT, getCanonicalFileName: (name) => name, getNewLine: () => "\n" };
  process.stdout.write(ts.formatDiagnostics(problems, format));
}

const config = ts.getParsedCommandLineOfConfigFile("tsconfig.json", {}, host);
if (config === undefined) process.exit(1);
const { fileNames, options, errors } = config;
const program = ts.createProgram({ rootNames: fileNames, options, configFileParsingDiagnostics: errors });
const problems = ts.sortAndDeduplicateDiagnostics(ts.getPreEmitDiagnostics(program));
report(...problems);

const languageOptions = { parserOptions: { project: null, programs: [program] } };
const eslint = new ESLint({ overrideConfig: { files: ["**/*.ts"], languageOptions } });
const results = await eslint.lintFiles(["."]);
process.stdout.write(await (await eslint.loadFormatter("stylish")).format(results));

const isClean = results.every(({ errorCount, fatalErrorCount }) => errorCount + fatalErrorCount === 0);
process.exitCode = problems.length === 0 && isClean ? 0 : 1;
