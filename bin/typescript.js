// Runs main.ts and the files it names as TypeScript. The library they import is built first, and is not translated at
// each start.
const { realpathSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

require("../scripts/fresh-build.js").freshBuild();
// The built loader: it takes the compiler from one file.
require("../dist/typescript.js");

const library = join(realpathSync(join(__dirname, "..")), "lib", "index.ts");
const load = Module._extensions[".ts"];
Module._extensions[".ts"] = (module, file) => {
  if (file === library) module.exports = require("../dist/index.js");
  else load(module, file);
};

// cdktf, constructs and the classes of the provider also come from one file: their hundreds of files take longer to load
// than the rest of a synth. Every package that asks for them gets the same ones.
const bundle = require("../dist/vendor/cdktf.js");
const loadModule = Module._load;
Module._load = (name, ...others) => (Object.hasOwn(bundle, name) ? bundle[name] : loadModule(name, ...others));
