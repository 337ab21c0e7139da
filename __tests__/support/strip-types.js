const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { transform, getVersion } = require("sucrase");

const OWN = createHash("sha256").update(readFileSync(__filename)).update(getVersion()).digest("hex");

/**
 * Translates a TypeScript file for jest. `npm run types` checks types; a test only strips them, which takes a millisecond
 * for each file here and twenty with the compiler.
 * Source: https://jestjs.io/docs/code-transformation#writing-custom-transformers
 */
module.exports = {
  process(text, path) {
    const { code, sourceMap } = transform(text, {
      transforms: ["typescript", "imports", "jest"],
      filePath: path,
      disableESTransforms: true,
      preserveDynamicImport: true,
      sourceMapOptions: { compiledFilename: path },
    });
    return { code, map: { ...sourceMap, sources: [path], sourcesContent: [text] } };
  },
  getCacheKey: (text, path) => createHash("sha256").update(OWN).update(path).update("\0").update(text).digest("hex"),
};
