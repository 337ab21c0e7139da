// Runs a TypeScript module as if its file had another text, and writes what it exports by a name: started by evaluate-config.ts.
// argv: the request's file, {path, text, name}; the file for the answer.
const { readFileSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname } = require("node:path");
const { runTypeScript, stripTypes } = require("./run-typescript.js");

runTypeScript();
const [request, answer] = process.argv.slice(2);
const { path, text, name } = JSON.parse(readFileSync(request, "utf8"));
const module_ = new Module(path, module);
module_.filename = path;
module_.paths = Module._nodeModulePaths(dirname(path));
module_._compile(stripTypes(text, path), path);
// JSON has no undefined: a module that exports nothing by the name has no answer.
writeFileSync(answer, JSON.stringify({ value: module_.exports[name] }));
