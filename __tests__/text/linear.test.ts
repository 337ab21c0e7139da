import { encodedLock, type LockInfo } from "../../lib/lock/lock-info";
import { flagsIn, namedFile } from "../../lib/migrate/scan/outside/command-flags";
import { outsideFindings } from "../../lib/migrate/scan/outside/outside-hcl";
import { unmarked, withoutMarks } from "../../lib/migrate/scan/outside/template-marks";
import { FUNCTIONS } from "../../lib/migrate/scan/expression/functions";
import { writtenBackends } from "../../lib/migrate/scan/outside/written-backends";
import { wildcardPattern } from "../../lib/policy/wildcard";
import { parseExactJson } from "../../lib/state/exact-json";
import { parseState } from "../../lib/state/parse-state";
import { shellQuoted } from "../../lib/text/shell-quoted";

/** With a pattern that backtracks, each of these takes minutes. */
const MANY = 400_000;
const lock = (Created: string): LockInfo => ({
  ID: "a",
  Operation: "",
  Info: "",
  Who: "",
  Version: "",
  Created,
  Path: "",
});

it.each<[string, () => unknown]>([
  ["a state that ends in the middle of a string", () => parseState(`{"a": "${'\\"'.repeat(MANY)}`)],
  [
    "numbers beside such a string",
    () => {
      expect(() => parseExactJson(`1234567890123456 "${'\\"'.repeat(MANY)}`)).toThrow();
    },
  ],
  ["a lock's time of many zeros", () => encodedLock(lock(`.${"0".repeat(MANY)}`))],
  ["a name of many new lines", () => shellQuoted(`${"\n".repeat(MANY)}x`)],
  ["an action of many wildcards", () => wildcardPattern(`s3:${"*a".repeat(200)}b`).test(`s3:${"a".repeat(20_000)}`)],
  ["a heredoc that never is one", () => writtenBackends("a.tf", "<<".repeat(MANY), [])],
  ["a command that never is init", () => outsideFindings("a.sh", "terraform ".repeat(MANY / 10))],
  ["marks of a template without an end", () => withoutMarks("{{".repeat(MANY), "hcl")],
  ["the same, to be put back", () => unmarked("${{".repeat(MANY))],
  [
    "arguments without an end",
    () => outsideFindings("a.sh", `terraform\n${"dynamodb_table use_lockfile= \n".repeat(MANY / 40)}`),
  ],
  ["computed parts without an end", () => flagsIn(`-backend-config ${"$(".repeat(MANY / 10)}`)],
  ["a file name of many computed parts", () => namedFile(`${"a*".repeat(40)}b`)?.test("a".repeat(255))],
  ["a path of many slashes", () => FUNCTIONS["dirname"]?.(`${"/".repeat(MANY)}x`)],
])("the time for %s grows with its length", (_what, work) => {
  work();
});

it.each([
  ["a*b*c", "axbxbxc", true],
  ["a*b*c", "axcxb", false],
  ["*ab*ab", "ab", false],
  ["*ab*ab", "abab", true],
  ["**x?*", "xy", true],
  ["a**", "a", true],
  ["arn:*:role/*.x", "arn:aws:role/axx", false],
])("%s and %s match as IAM matches them: %s", (pattern, text, matches) => {
  expect(wildcardPattern(pattern).test(text)).toBe(matches);
});
