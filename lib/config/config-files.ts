/** The base names of a config file. If a folder holds several, the first of this list counts. */
export const CONFIG_FILES: readonly string[] = [
  "state.config.ts",
  "state.config.js",
  "state.config.cjs",
  "state.config.mjs",
  "state.config.json",
];
