const transform = { "^.+\\.ts$": "<rootDir>/__tests__/support/strip-types.js" };
const shared = {
  rootDir: __dirname,
  testEnvironment: "node",
  transform,
  runtime: "<rootDir>/__tests__/support/compile-once.js",
  // `private/stack-trace` of cdktf, by all the names by which its files ask for it.
  moduleNameMapper: { "(^|/)private/stack-trace$|^\\./stack-trace$": "<rootDir>/__tests__/support/no-stack-trace.js" },
  modulePathIgnorePatterns: ["/cdktf.out/", "/.statelock/", "<rootDir>/dist/"],
};

module.exports = {
  // Unit tests run beside real programs: on a busy machine jest's five seconds would be an assertion about time.
  testTimeout: 300_000,
  testSequencer: "<rootDir>/__tests__/support/longest-first.js",
  globalSetup: "<rootDir>/__tests__/support/before-all-files.ts",
  globalTeardown: "<rootDir>/__tests__/support/after-all-files.ts",
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/__tests__/e2e/"],
    },
    {
      ...shared,
      displayName: "e2e",
      testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/__tests__/support/jest-setup.ts"],
    },
  ],
};
