const Sequencer = require("@jest/test-sequencer").default;

/** Whole stories of Terraform and its provider, which take minutes: begun late, they are waited for alone. */
const LONGEST = [
  "proof",
  "bootstrap-command",
  "bootstrap-killed-moving",
  "bootstrap-adopt",
  "bootstrap-killed-deploying",
  "migrate-story",
  "bootstrap-stack",
  "faults",
  "readme",
  "stand-in",
  "migrate-traps",
  "migrate-command",
  "migrate-status",
];

/**
 * Puts the longest end-to-end tests first, then the others, then unit tests. Left to itself on a fresh machine, jest
 * goes by file size.
 * Source: https://jestjs.io/docs/configuration#testsequencer-string
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const [, name] = /[\\/]e2e[\\/][^\\/]+[\\/](.*)\.test\.ts$/.exec(path) ?? [];
      if (name === undefined) return LONGEST.length + 1;
      return LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
