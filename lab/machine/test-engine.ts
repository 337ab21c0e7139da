import { spawnSync } from "node:child_process";
import {
  engineOf,
  ENGINE_NAMES,
  readVersion,
  titleOf,
  usualEngine,
  type Engine,
  type EngineName,
} from "../../lib/engine/engine";
import { onPath } from "../../lib/programs/find-engine";
import { inheritedEnvironment } from "./child-environment";

/** The variable that lists engines, by name or path: `tofu,/opt/terraform-1.15/terraform`. */
const VARIABLE = "STATELOCK_TEST_ENGINES";

/** Where each engine looks for providers whose source names no host. */
export const REGISTRIES = { terraform: "registry.terraform.io", tofu: "registry.opentofu.org" } as const;

/** An engine that end-to-end tests drive. */
export interface TestEngine extends Engine {
  /** Such as `OpenTofu 1.12.6`; undefined if the binary cannot be started or is another program. */
  readonly title: string | undefined;
  readonly version: string | undefined;
}

/** Returns the engines to test, each once: the engines that STATELOCK_TEST_ENGINES names, otherwise the first that PATH has. */
export function testEngines(env: NodeJS.ProcessEnv = process.env): TestEngine[] {
  const given = (env[VARIABLE] ?? "").split(",").map((name) => name.trim());
  const named = given.filter((name) => name !== "");
  const usual = usualEngine(ENGINE_NAMES.find(onPath(env)) ?? ENGINE_NAMES[0]);
  return (named.length === 0 ? [usual] : named.map(engineOf)).map(asked);
}

/** One engine of each name: of those to test, otherwise as PATH finds them. Undefined if one of the two is not there. */
export function enginePair(env: NodeJS.ProcessEnv = process.env): Readonly<Record<EngineName, TestEngine>> | undefined {
  const found = [...testEngines(env), ...ENGINE_NAMES.filter(onPath(env)).map(usualEngine).map(asked)];
  const [terraform, tofu] = ENGINE_NAMES.map((name) =>
    found.find((each) => each.name === name && each.version !== undefined),
  );
  return terraform === undefined || tofu === undefined ? undefined : { terraform, tofu };
}

function asked(engine: Engine): TestEngine {
  const env = { ...inheritedEnvironment(process.env), CHECKPOINT_DISABLE: "1" };
  const { stdout, error } = spawnSync(engine.binary, ["version"], { env, encoding: "utf8", timeout: 180_000 });
  const found = error === undefined ? readVersion(stdout) : undefined;
  if (found === undefined) return { ...engine, title: undefined, version: undefined };
  return { name: found.name, binary: engine.binary, version: found.version, title: titleOf(found.name, found.version) };
}

let chosen: TestEngine | undefined;

/** The engine that workspaces start from now on. */
export function testEngine(): TestEngine {
  return (chosen ??= testEngines()[0] ?? asked(usualEngine("terraform")));
}

/** Lets workspaces start another engine from now on. */
export function useTestEngine(engine: TestEngine | undefined): void {
  chosen = engine;
}
