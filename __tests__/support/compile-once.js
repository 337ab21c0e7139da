const { Script } = require("node:vm");
const Runtime = require("jest-runtime").default;

/** The compiled modules of this worker by path, each with the code that it was made from. */
const compiled = new Map();

/**
 * Jest's runtime, which compiles a module once for each worker instead of once for each test file: a script runs in any
 * number of contexts. Jest gives each script a callback for `import()`, which its contexts do not support without a flag.
 * Source: https://nodejs.org/docs/latest-v20.x/api/vm.html#class-vmscript
 */
module.exports = class CompileOnce extends Runtime {
  createScriptFromCode(code, filename) {
    const known = compiled.get(filename);
    if (known?.code === code) return known.script;
    try {
      const columnOffset = this._fileTransforms.get(filename)?.wrapperLength;
      const script = new Script(this.wrapCodeInModuleWrapper(code), { filename, columnOffset });
      compiled.set(filename, { code, script });
      return script;
    } catch {
      return super.createScriptFromCode(code, filename); // It explains what does not compile.
    }
  }
};
