// Registers tsx, so that this project runs from source. Packages are JavaScript already: tsx would read through each of
// them, which is a third of what a start costs. It is asked where Node cannot load one, as modules before Node 22.
const { sep } = require("node:path");
const { extensions } = require;
const load = extensions[".js"];
require("tsx/cjs");
const translate = extensions[".js"];
extensions[".js"] = (module, file) => {
  if (!file.includes(`${sep}node_modules${sep}`)) return translate(module, file);
  try {
    return load(module, file);
  } catch (error) {
    if (error.code !== "ERR_REQUIRE_ESM") throw error;
    return translate(module, file);
  }
};
