// `node --require statelock/typescript main.ts` runs an app that is written in TypeScript.
require("./run-typescript.js").runTypeScript();
