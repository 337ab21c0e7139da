import type { Command } from "commander";
import { resolve } from "node:path";
import { plainFileText } from "../../lib/files/plain-file";
import { SyntaxProblem, type HclParser } from "../../lib/hcl/syntax";
import type { KnownPlaces } from "../../lib/migrate/live/known-place";
import type { Parsers } from "../../lib/migrate/scan/parsers";
import { shown } from "../../lib/problem/problem";
import { dataFolder, readDataFolder } from "../../lib/programs/data-folder";
import { parseJson } from "../../lib/text/parse-json";
import { repeated } from "../options/repeated";
import { usage } from "../options/usage-problem";
import type { CommandContext } from "../screen/command-context";

/** Values of variables, for roots that compute where their states are. */
export interface VariableOptions {
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
}

/** Adds `--var` and `--var-file`. */
export function withVariableOptions(command: Command): Command {
  return command
    .option("--var <name=value>", "a variable of backends that compute their place; repeatable", repeated)
    .option("--var-file <file>", "a file with such variables; repeatable", repeated);
}

/** Returns what besides the files of a root says where its states are: its data folder, and the variables that were given. */
export function knownPlaces(
  { workingDirectory, environment }: CommandContext,
  { positions }: Parsers,
  options: VariableOptions,
): KnownPlaces {
  return {
    initialized: (root) => readDataFolder(dataFolder(resolve(workingDirectory, root), environment)).backend,
    variables: new Map([
      ...(options.varFile ?? []).flatMap((file) => [...variablesIn(resolve(workingDirectory, file), file, positions)]),
      ...(options.var ?? []).map(namedVariable),
    ]),
  };
}

function namedVariable(text: string): readonly [string, string] {
  const [, name, value] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw usage("--var", `must be name=value, got ${shown(text)}`, "Write it like env=prod.");
  return [name, value];
}

/** Returns the literal variables of a file. Others do not decide where a state is, or Statelock does not know it then. */
function variablesIn(path: string, given: string, parser: HclParser): ReadonlyMap<string, string> {
  const text = plainFileText(path);
  if (text === undefined) throw usage("--var-file", `must be a file, got ${shown(given)}`, "Correct the path.");
  if (path.endsWith(".json")) {
    const values = Object.entries((parseJson(text) ?? {}) as Readonly<Record<string, unknown>>);
    return new Map(values.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }
  const body = parser.parse(text, () => false);
  if (body instanceof SyntaxProblem)
    throw usage(
      "--var-file",
      `must be HCL, got ${shown(given)}: line ${String(body.line)} ${body.message}`,
      "Correct it.",
    );
  return new Map(
    body.attributes.flatMap(({ name, value }) =>
      value.kind === "literal" && value.literal !== null ? [[name, String(value.literal)] as const] : [],
    ),
  );
}
