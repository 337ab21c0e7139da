#!/usr/bin/env node
// Registers tsx, so that the command runs from source like the app does, and starts the program.
// The SDK would print a notice about its plans for Node 20 at every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
require("tsx/cjs");
require("../cli/statelock.ts");
