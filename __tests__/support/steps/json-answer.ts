import { validJson } from "../published-schemas";
import type { CommandResult } from "../../../lab/machine/workspace";

/** What `statelock … --json` wrote, as far as tests look at it. */
export interface JsonAnswer {
  readonly outcome?: string;
  readonly backup?: string;
  readonly changes?: readonly { readonly address: string; readonly action: string; readonly differences: unknown }[];
  readonly problems?: readonly {
    readonly code: string;
    readonly path: string;
    readonly message: string;
    readonly fix: string;
  }[];
}

/** The answer, held to its published schema. */
export function jsonAnswer({ stdout }: CommandResult): JsonAnswer {
  return validJson(stdout) as JsonAnswer;
}

/** The exit code and the codes of the problems. */
export function refusal(result: CommandResult): readonly [number | null, ...string[]] {
  return [result.code, ...(jsonAnswer(result).problems ?? []).map(({ code }) => code)];
}
