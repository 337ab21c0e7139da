#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// The SDK would print a notice about its plans for Node 20 at every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// A checkout has its sources and builds from them; the package has `dist/` alone.
const build = join(__dirname, "..", "scripts", "fresh-build.js");
if (existsSync(build)) require(build).freshBuild();
require("../dist/cli.js");
