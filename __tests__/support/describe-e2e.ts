/* eslint-disable jest/no-export, jest/valid-title, jest/expect-expect -- declares suites for test files, and is none */
import { missingPrerequisites, type Need } from "../../lab/machine/prerequisites";
import type { EngineName } from "../../lib/engine/engine";
import { enginePair, testEngine, testEngines, useTestEngine, type TestEngine } from "../../lab/machine/test-engine";

/**
 * A describe block that needs more than node_modules. One that drives an engine is there once for each engine in
 * STATELOCK_TEST_ENGINES. Where something is missing it is skipped, loudly; in CI it fails, because a green run that
 * tested nothing would be a lie. Terragrunt may be missing in CI too.
 */
export function describeE2e(name: string, needs: readonly Need[], suite: () => void): void {
  const engines = needs.some((need) => need !== "moto-server" && need !== "openssl") ? testEngines() : [];
  if (engines.length < 2) {
    describeFor(name, needs, suite, engines[0]);
    return;
  }
  for (const engine of engines) describeFor(`${name} [${engine.title ?? engine.binary}]`, needs, suite, engine);
}

/** A describe block that needs one engine of each name. It is skipped, loudly, where one of them is missing. */
export function describeEnginePair(
  name: string,
  needs: readonly Need[],
  suite: (engines: Readonly<Record<EngineName, TestEngine>>) => void,
): void {
  const engines = enginePair();
  const missing = [
    ...(engines === undefined
      ? ["one of the engines. To have it: STATELOCK_TEST_ENGINES=/path/to/terraform,/path/to/tofu"]
      : []),
    ...missingPrerequisites(needs),
  ];
  if (missing.length > 0) process.stderr.write(skipNotice(name, missing));
  const run = missing.length === 0 ? describe : describe.skip;
  run(name, () => {
    if (engines === undefined) it.todo("needs both engines");
    else suite(engines);
  });
}

/** A block inside of {@link describeE2e} for what only this engine does. Under the other one it is skipped, loudly. */
export function describeUnder(engine: EngineName, name: string, suite: () => void): void {
  const isDriven = testEngine().name === engine;
  if (!isDriven) process.stderr.write(skipNotice(name, [`${engine}: another engine drives this run`]));
  (isDriven ? describe : describe.skip)(name, suite);
}

function describeFor(name: string, needs: readonly Need[], suite: () => void, engine: TestEngine | undefined): void {
  useTestEngine(engine);
  const missing = missingPrerequisites(needs);
  const isOptional = missing.every((text) => text.startsWith("terragrunt:"));
  if (missing.length > 0 && !isOptional && process.env["CI"] === "true") {
    describe(name, () => {
      it("has what it needs", () => {
        throw new Error(missing.join("\n"));
      });
    });
    return;
  }
  if (missing.length > 0) process.stderr.write(skipNotice(name, missing));
  const run = missing.length === 0 ? describe : describe.skip;
  run(name, () => {
    // Jest first declares every suite and then runs them: each run needs its own engine again.
    if (engine !== undefined)
      beforeAll(() => {
        useTestEngine(engine);
      });
    suite();
  });
}

function skipNotice(name: string, missing: readonly string[]): string {
  const line = "=".repeat(100);
  return ["", line, `SKIPPED: ${name}`, ...missing.map((text) => `  ${text}`), line, ""].join("\n");
}
