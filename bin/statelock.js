#!/usr/bin/env node
// Registers tsx, so that the command runs from source like the app does, and starts the program.
// The SDK would print a notice about its plans for Node 20 at every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
const { sep } = require("node:path");
const { extensions } = require;
const load = extensions[".js"];
require("tsx/cjs");
const translate = extensions[".js"];
// Packages are JavaScript already. tsx would read through each of them: that is a third of what a start costs.
extensions[".js"] = (module, file) => (file.includes(`${sep}node_modules${sep}`) ? load : translate)(module, file);
require("../cli/statelock.ts");
