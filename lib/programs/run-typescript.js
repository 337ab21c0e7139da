// Lets `require` load TypeScript: types are stripped, imports become calls. Nothing is written to a cache, and packages
// are left alone.
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { sep } = require("node:path");
const { transform } = require("sucrase");

/** Returns `text` as JavaScript. Reports a syntax error as esbuild does: `file:line:column: ERROR: message`. */
function stripTypes(text, filePath) {
  const options = { transforms: ["typescript", "imports"], preserveDynamicImport: true, filePath };
  try {
    return transform(text, options).code;
  } catch (error) {
    const told = error.message.replace(`Error transforming ${filePath}: `, "");
    const [, message, line, column] = /^(.*) \((\d+):(\d+)\)$/s.exec(told) ?? [];
    if (line === undefined) throw error;
    throw new SyntaxError(`${filePath}:${line}:${column}: ERROR: ${message}`);
  }
}

/** Registers the loader. */
function runTypeScript() {
  const load = (module, file) => {
    if (file.includes(`${sep}node_modules${sep}`)) throw new SyntaxError(`${file}: a package must be JavaScript`);
    module._compile(stripTypes(readFileSync(file, "utf8"), file), file);
  };
  for (const extension of [".ts", ".cts"]) Module._extensions[extension] = load;
}

module.exports = { runTypeScript, stripTypes };
