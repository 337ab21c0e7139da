import { resolve } from "node:path";
import { chooseEngine, givenEngine, type EngineChoice, type EngineHints } from "../engine/choose-engine";
import { onPath, startable } from "./find-engine";
import { withTrustedPath } from "./trusted-path";

/** Returns the choice for one run of a command, from its option, its environment and its PATH. */
export function engineChoice({
  option,
  environment,
  folder: start,
}: Pick<EngineHints, "option" | "environment"> & { readonly folder: string }): EngineChoice {
  const hints = {
    option: option !== undefined && /[/\\]/.test(option) ? resolve(start, option) : option,
    environment,
    isOnPath: (program: string) => onPath(withTrustedPath(environment, start))(program),
  };
  return {
    isGiven: givenEngine(hints) !== undefined,
    choose: ({ folder = start, ...about } = {}) => startable(chooseEngine({ ...hints, ...about }), folder),
  };
}
