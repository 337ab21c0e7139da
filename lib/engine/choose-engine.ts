import { engineOf, usualEngine, DEFAULT_ENGINE, ENGINE_NAMES, type Engine, type EngineName } from "./engine";

/** Everything that may say which engine runs a root. */
export interface EngineHints {
  /** `--engine`: the name or the path of a binary. */
  readonly option?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `engine` in the config, for the home or for the consumer. */
  readonly config?: EngineName | undefined;
  /** What the root's own files show. */
  readonly root?: EngineName | undefined;
  /** Returns true if PATH has this program. */
  readonly isOnPath: (program: string) => boolean;
}

/** The variables that name a binary; the first one that is set counts. */
const ENGINE_VARIABLES = ["STATELOCK_ENGINE", "TERRAFORM_BINARY_NAME"] as const;

/** Returns the engine that the caller named, by option or environment; undefined if the caller named none. */
export function givenEngine({ option, environment }: Pick<EngineHints, "option" | "environment">): Engine | undefined {
  const given = [option, ...ENGINE_VARIABLES.map((name) => environment[name])];
  const binary = given.find((each) => each !== undefined && each !== "");
  return binary === undefined ? undefined : engineOf(binary);
}

/**
 * Returns the engine for a root. The order: `--engine`, `STATELOCK_ENGINE`, `TERRAFORM_BINARY_NAME`, `engine` in the config,
 * what the root shows, the first engine that PATH has.
 */
export function chooseEngine(hints: EngineHints): Engine {
  const given = givenEngine(hints);
  if (given !== undefined) return given;
  const named = hints.config ?? hints.root;
  return usualEngine(named ?? ENGINE_NAMES.find(hints.isOnPath) ?? DEFAULT_ENGINE);
}

/** Chooses the engine for each root of a run. */
export interface EngineChoice {
  /** True if the caller named an engine, whatever the config and the root say. */
  readonly isGiven: boolean;
  /** @param about what the config and the root say, and the folder in which a relative path of a variable begins */
  choose(about?: EngineAbout): Engine;
}

interface EngineAbout extends Pick<EngineHints, "config" | "root"> {
  readonly folder?: string;
}
