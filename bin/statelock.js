#!/usr/bin/env node
// The SDK would print a notice about its plans for Node 20 at every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
require("./typescript.js");
require("../cli/statelock.ts");
