import type { InitResult } from "../../../lib/migrate/step/init-port";
import type { Problem } from "../../../lib/problem/problem";
import { shellQuoted } from "../../../lib/text/shell-quoted";
import { accessOf } from "../../options/engine-access";
import { flagsText } from "../../options/printed-flags";
import type { CommandContext } from "../../screen/command-context";
import { backendFilesFlags, type BackendFiles } from "../project/migrate-project";

/** The options of `statelock migrate init`. */
export interface MigrateInitOptions extends BackendFiles {
  readonly root?: readonly string[];
  readonly parallel: string;
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly profile?: string;
  readonly roleArn?: string;
}

/** The default of `--parallel`. */
export const PARALLEL = 4;

/** Returns the `migrate init` that runs the roots with this outcome again; undefined if no root has it. */
export function commandAgain(
  { program }: CommandContext,
  {
    folders,
    limit,
    options,
  }: { readonly folders: readonly string[]; readonly limit: number; readonly options: MigrateInitOptions },
  results: readonly InitResult[],
  wanted: InitResult["outcome"],
): string | undefined {
  const roots = new Set(results.filter(({ outcome }) => outcome === wanted).map(({ root }) => root));
  if (roots.size === 0) return undefined;
  const parallel = limit === PARALLEL ? [] : [`--parallel ${String(limit)}`];
  const variables = [
    ...(options.varFile ?? []).map((file) => `--var-file ${shellQuoted(file)}`),
    ...(options.var ?? []).map((value) => `--var ${shellQuoted(value)}`),
  ];
  const only = [...roots].map((root) => `--root ${shellQuoted(root)}`);
  const flags = [...folders.map(shellQuoted), ...backendFilesFlags(options), ...parallel, ...variables, ...only];
  return `${[`${program} migrate init`, ...flags].join(" ")}${flagsText(accessOf(options))}`;
}

/** Returns the problem of a run that somebody stopped. */
export function interrupted(results: readonly InitResult[], again: string): Problem {
  const left = results.filter(({ outcome }) => outcome === "not-run").length;
  return {
    code: "interrupted",
    path: "statelock migrate init",
    message: `was stopped: ${String(left)} of ${String(results.length)} runs did not end`,
    fix: again,
  };
}
