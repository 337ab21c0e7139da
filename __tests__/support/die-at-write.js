// Loaded before a program: kills it, without a word, when it is about to change the file system for the nth time, where
// STATELOCK_TEST_DIE_BELOW names a folder below that: what loads TypeScript keeps a cache of its own elsewhere.
const promises = require("node:fs/promises");

const below = process.env.STATELOCK_TEST_DIE_BELOW ?? "";

let left = Number(process.env.STATELOCK_TEST_DIE_AT);
for (const name of ["writeFile", "link", "rename", "rm", "chmod"]) {
  const real = promises[name];
  promises[name] = (...args) => {
    if (String(args[0]).startsWith(below)) left -= 1;
    if (left <= 0) process.kill(process.pid, "SIGKILL");
    return real(...args);
  };
}
