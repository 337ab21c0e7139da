/* eslint-disable jest/no-export, jest/valid-title, jest/expect-expect -- declares suites for test files, and is none */
import { missingPrerequisites, type Need } from "../../lab/machine/prerequisites";

/**
 * A describe block that needs more than node_modules. Where something is missing it is skipped, loudly; in CI it
 * fails, because a green run that tested nothing would be a lie.
 */
export function describeE2e(name: string, needs: readonly Need[], suite: () => void): void {
  const missing = missingPrerequisites(needs);
  if (missing.length > 0 && process.env["CI"] === "true") {
    describe(name, () => {
      it("has what it needs", () => {
        throw new Error(missing.join("\n"));
      });
    });
    return;
  }
  if (missing.length > 0) process.stderr.write(skipNotice(name, missing));
  const run = missing.length === 0 ? describe : describe.skip;
  run(name, suite);
}

function skipNotice(name: string, missing: readonly string[]): string {
  const line = "=".repeat(100);
  return ["", line, `SKIPPED: ${name}`, ...missing.map((text) => `  ${text}`), line, ""].join("\n");
}
