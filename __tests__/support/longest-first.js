const Sequencer = require("@jest/test-sequencer").default;

/**
 * Whole stories of Terraform and its provider, which take minutes: begun late, they are waited for alone. A first deploy
 * waits a minute for the provider, which reads a new lifecycle ten times; between two of them is a story that needs the
 * processor.
 */
const LONGEST = [
  "bootstrap-keeps-data",
  "proof",
  "bootstrap-adopt",
  "bootstrap-command",
  "migrate-story",
  "bootstrap-killed-moving",
  "faults",
  "bootstrap-killed-deploying",
  "package",
  "bootstrap-stack",
  "lost-terminal",
  "readme",
  "stand-in",
  "migrate-back-killed",
  "migrate-traps",
  "verify",
  "commands-gated",
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
