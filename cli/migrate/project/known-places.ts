import type { Command } from "commander";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { plainFileText } from "../../../lib/files/plain-file";
import { SyntaxProblem, type HclParser } from "../../../lib/hcl/syntax";
import type { KnownPlaces } from "../../../lib/migrate/live/known-place";
import { earlyValue } from "../../../lib/migrate/scan/expression/early-values";
import type { Parsers } from "../../../lib/migrate/scan/source/parsers";
import {
  assignedIn,
  isOfRoot,
  rootVariables,
  type RootFiles,
  type RootVariables,
} from "../../../lib/migrate/scan/expression/root-variables";
import type { Written } from "../../../lib/migrate/scan/expression/expression-tokens";
import { shown } from "../../../lib/problem/problem";
import { dataFolder, readDataFolder } from "../../../lib/programs/data-folder";
import { collectValues } from "../../options/collect-values";
import { usage } from "../../options/usage-problem";
import type { CommandContext } from "../../screen/command-context";

/** Values of variables, for roots that compute where their states are. */
export interface VariableOptions {
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
}

/** Adds `--var` and `--var-file`. */
export function withVariableOptions(command: Command): Command {
  return command
    .option("--var <name=value>", "a variable of backends that compute their place; repeatable", collectValues)
    .option("--var-file <file>", "a file with such variables; repeatable", collectValues);
}

/**
 * Returns what besides the backend of a root says where its states are: its data folder, and the values of its variables.
 * @param environment holds `TF_VAR_…` and `TF_DATA_DIR`
 */
export function knownPlaces(
  { workingDirectory, environment }: Pick<CommandContext, "workingDirectory" | "environment">,
  { positions }: Parsers,
  options: VariableOptions,
): KnownPlaces {
  const variables = new Map<string, string | Written>([
    ...(options.varFile ?? []).flatMap((file) => [...variablesIn(resolve(workingDirectory, file), file, positions)]),
    ...(options.var ?? []).map(namedVariable),
  ]);
  const roots = new Map<string, RootVariables>();
  const variablesOf = (root: string): RootVariables => {
    const found = roots.get(root) ?? rootVariables(filesIn(resolve(workingDirectory, root)), positions);
    roots.set(root, found);
    return found;
  };
  return {
    initialized: (root) => readDataFolder(dataFolder(resolve(workingDirectory, root), environment)).backend,
    evaluate: (root, expression) => earlyValue(expression, variablesOf(root), { variables, environment }),
  };
}

function filesIn(folder: string): RootFiles {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter(isOfRoot);
  return new Map(names.map((name) => [name, plainFileText(join(folder, name)) ?? ""]));
}

function namedVariable(text: string): readonly [string, string] {
  const [, name, value] = /^([\w-]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw usage("--var", `must be name=value, got ${shown(text)}`, "Write it like env=prod.");
  return [name, value];
}

function variablesIn(path: string, given: string, parser: HclParser): ReadonlyMap<string, Written> {
  const text = plainFileText(path);
  if (text === undefined) throw usage("--var-file", `must be a file, got ${shown(given)}`, "Correct the path.");
  const found = assignedIn(path, text, parser);
  if (found instanceof SyntaxProblem)
    throw usage(
      "--var-file",
      `must be HCL, got ${shown(given)}: line ${String(found.line)} ${found.message}`,
      "Correct it.",
    );
  return found;
}
