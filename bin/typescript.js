// Runs main.ts and the files it names as TypeScript. The library they import is built first, and is not translated at
// each start.
const { realpathSync } = require("node:fs");
const { join } = require("node:path");
const { runTypeScript } = require("../lib/programs/run-typescript.js");
const { freshBuild } = require("../scripts/fresh-build.js");

freshBuild();
const library = join(realpathSync(join(__dirname, "..")), "lib", "index.ts");
runTypeScript((file) => (file === library ? join(__dirname, "..", "dist", "index.js") : undefined));
