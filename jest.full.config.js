const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const usual = require("./jest.config");

// Workers inherit it: see __tests__/support/full.ts.
process.env.STATELOCK_FULL = "1";

/** `npm run test:full`: the test files with a matrix or a property, in full. */
const tests = join(__dirname, "__tests__");
const testMatch = readdirSync(tests, { recursive: true })
  .filter((path) => path.endsWith(".test.ts") && /support\/(full|fuzz)"/.test(readFileSync(join(tests, path), "utf8")))
  .map((path) => `<rootDir>/__tests__/${path}`);

module.exports = {
  ...usual,
  testTimeout: 1_800_000,
  projects: usual.projects.map((project) => ({
    ...project,
    testMatch: testMatch.filter((path) => path.includes("/e2e/") === (project.displayName === "e2e")),
  })),
};
