// Loaded before a program: kills it, without a word, when it is about to change the file system for the nth time.
const promises = require("node:fs/promises");

let left = Number(process.env.STATELOCK_TEST_DIE_AT);
for (const name of ["writeFile", "link", "rename", "rm", "chmod"]) {
  const real = promises[name];
  promises[name] = (...args) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
    return real(...args);
  };
}
