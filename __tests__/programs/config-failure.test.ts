import { configFailure, printedError, thrownText, type ThrownText } from "../../lib/programs/config-failure";
import { pathToFileURL } from "node:url";
import { ScratchFolder } from "../support/scratch";

const folder = new ScratchFolder();
const DIRECTORY = folder.directory;

function told(thrown: ThrownText): string {
  const { code, path, message } = configFailure(thrown, DIRECTORY, "state.config.ts");
  return `${code} ${path} ${message}`;
}

function error(message: string, stack = "", name = "Error"): ThrownText {
  return thrownText(Object.assign(new Error(message), { name, stack }));
}

it("reports a syntax error with file, line and column", () => {
  const at = `${DIRECTORY}/state.config.ts:12:3: ERROR: Expected "}"`;
  expect(told(error(at, "", "SyntaxError"))).toBe(
    'config-syntax state.config.ts:12:3 could not be compiled: Expected "}"',
  );
  const ofNode = `${DIRECTORY}/state.config.cjs:2\nconst b = {;\n           ^\n\nSyntaxError: Unexpected token ';'`;
  expect(told(error("Unexpected token ';'", ofNode, "SyntaxError"))).toBe(
    "config-syntax state.config.cjs:2 could not be compiled: Unexpected token ';'",
  );
});

it("names a missing import with its line", () => {
  const importer = folder.write("state.config.ts", 'const a = 1;\nimport { b } from "./nowhere.mjs";\n');
  expect(told(error(`Cannot find module './nowhere'\nRequire stack:\n- ${importer}`))).toBe(
    "config-failed state.config.ts:2 imports ./nowhere, which does not exist",
  );
  const esm = `Cannot find module '${DIRECTORY}/nowhere.mjs' imported from ${importer}`;
  expect(told(error(esm))).toBe("config-failed state.config.ts:2 imports nowhere.mjs, which does not exist");
  expect(configFailure(error("Cannot find package 'zod'"), DIRECTORY, "x").fix).toContain("Install the package");
});

it("reports an error that a config throws in one line, at the first place in the project", () => {
  const stack = `TypeError: no region\n    at f (/opt/node_modules/a.js:1:1)\n    at Object.<anonymous> (${DIRECTORY}/lib/a.ts:3:9)\n    at g (${DIRECTORY}/state.config.ts:9:1)`;
  expect(told(error("no region\nmore", stack, "TypeError"))).toBe(
    "config-failed lib/a.ts:3 fails when it runs: TypeError: no region",
  );
});

it.each<[unknown, string]>([
  ["no region", 'it threw "no region"'],
  [undefined, "it threw undefined"],
  [null, "it threw null"],
  [{ a: 1 }, 'it threw {"a":1}'],
  [1n, "it threw 1n"],
  [NaN, "it threw NaN"],
  [Object.assign(new Error("x"), { message: 5, stack: {} }), "Error: 5"],
])("reports a thrown value that is not an error (%#)", (value, expected) => {
  expect(told(thrownText(value))).toBe(`config-failed state.config.ts fails when it runs: ${expected}`);
});

it("the error is found in what Node prints", () => {
  const printed = `${DIRECTORY}/main.ts:3\n  throw new Error("x");\n  ^\n\nError: x\n    at ${DIRECTORY}/main.ts:3:9\n\nNode.js v20.1.0`;
  const found = printedError(printed);
  expect(found && told(found)).toBe("config-failed main.ts:3 fails when it runs: Error: x");
  expect(printedError("nothing of that")).toBeUndefined();
});

it.each(["a b", 'it\'s "q" (1)', "ünï #x"])("finds a place in a folder called %s", (name) => {
  const project = `/srv/${name}`;
  const of = (thrown: ThrownText): string => configFailure(thrown, project, "state.config.mjs").path;
  expect(of(error("x", `Error: x\n    at f (${project}/state.config.ts:3:9)`))).toBe("state.config.ts:3");
  const url = pathToFileURL(`${project}/state.config.mjs`).href;
  expect(of(error("x", `Error: x\n    at ${url}:3:9`))).toBe("state.config.mjs:3:9");
  expect(of(error(`${project}/b.ts:12:3: ERROR: Expected "}"`, "", "SyntaxError"))).toBe("b.ts:12:3");
  const missing = error(`Cannot find module '${project}/no.mjs' imported from ${project}/b.mjs`);
  expect(configFailure(missing, project, "x")).toMatchObject({ path: "b.mjs", message: /^imports no\.mjs,/ });
});

it.each<[string, string, string, string]>([
  [
    "an await",
    "require() cannot be used on an ESM graph with top-level await.",
    "",
    "config-syntax state.config.ts must not wait",
  ],
  [
    "JSON that a config parses",
    "Expected a name",
    "SyntaxError: E\n    at JSON.parse (<anonymous>)",
    "config-failed state.config.ts fails",
  ],
  [
    "JSON that a config imports",
    `${DIRECTORY}/b.json: Unexpected token`,
    "",
    "config-syntax b.json could not be compiled",
  ],
])("tells %s from a mistake in the config's own text", (_, message, stack, expected) => {
  expect(told(error(message, stack, "SyntaxError"))).toContain(expected);
});

it("reads a message of a million characters at once", () => {
  expect(told(error("x".repeat(1_000_000)))).toHaveLength(550);
});
