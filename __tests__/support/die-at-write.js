// Loaded before a program: kills it, without a word, when it is about to change the file system for the nth time, where
// STATELOCK_TEST_DIE_BELOW names a folder below that: what loads TypeScript keeps a cache of its own elsewhere.
const fs = require("node:fs");

const below = process.env.STATELOCK_TEST_DIE_BELOW ?? "";

let left = Number(process.env.STATELOCK_TEST_DIE_AT);
for (const holder of [fs.promises, fs]) {
  for (const name of ["writeFile", "link", "rename", "rm", "chmod"]) {
    const changed = holder === fs ? `${name}Sync` : name;
    const real = holder[changed];
    holder[changed] = (...args) => {
      if (String(args[0]).startsWith(below)) left -= 1;
      if (left <= 0) process.kill(process.pid, "SIGKILL");
      return real(...args);
    };
  }
}
