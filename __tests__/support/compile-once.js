const { AsyncLocalStorage } = require("node:async_hooks");
const { Script } = require("node:vm");
const Runtime = require("jest-runtime").default;

/** The compiled modules of this worker by path, each with the code that it was made from. */
const compiled = new Map();

/** The storages that this test file has used. Until one is disabled, it costs every promise of the files after it. */
const storages = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
  storages.add(this);
  return run.apply(this, given);
};

/**
 * Jest's runtime, which compiles a module once for each worker instead of once for each test file: a script runs in any
 * number of contexts. Jest gives each script a callback for `import()`, which its contexts do not support without a flag.
 * Source: https://nodejs.org/docs/latest-v20.x/api/vm.html#class-vmscript
 */
module.exports = class CompileOnce extends Runtime {
  teardown() {
    for (const storage of storages) storage.disable();
    storages.clear();
    super.teardown();
  }

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
