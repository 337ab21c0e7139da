import { counted, withCommas } from "../../../lib/text/counted";
import { program } from "../../../lib/engine/spoken-engine";
import { Command } from "commander";
import { resolve } from "node:path";
import { accessOf, engineEnvironment } from "../../options/engine-access";
import { shared } from "../../options/shared-options";
import { helpText, type HelpText } from "../../screen/help-text";
import type { InitResult, InitRoot } from "../../../lib/migrate/step/init-port";
import { initRoots, notRun } from "../../../lib/migrate/step/init-roots";
import {
  notInitialized,
  rootsToInit,
  skippedConsumers,
  terragruntRoots,
} from "../../../lib/migrate/step/roots-to-init";
import { sharedDataFolder } from "../../../lib/programs/data-folder";
import { rootCommands } from "../../../lib/programs/root-commands";
import { shown } from "../../../lib/problem/problem";
import { usage } from "../../options/usage-problem";
import { logAnnouncer } from "../../options/own-lock";
import { collectValues } from "../../options/collect-values";
import type { CommandContext } from "../../screen/command-context";
import { terminalProgress } from "../../screen/terminal-progress";
import { EXIT } from "../../screen/report-error";
import { commandAgain, interrupted, PARALLEL, type MigrateInitOptions } from "./init-again";
import { engineFor } from "./init-engine";
import { initJson } from "./migrate-init-json";
import { noteInitResult, showInit, showInitDryRun, noteSkipped } from "./init-text";
import { knownPlaces } from "../project/known-places";
import { liveDefaults, storeProver } from "../project/migrate-live-access";
import { backendFilesOption, refuseUsage, rootOption, scanProject, selectedRoots } from "../project/migrate-project";
import { unreadProblems } from "../../../lib/migrate/scan/unread-problems";
import { stoppable } from "../project/stoppable";

const help = (): HelpText => ({
  examples: [
    ["statelock migrate init", "every root below the working directory"],
    ["statelock migrate init infra --parallel 8"],
    ["statelock migrate init infra --dry-run", "only list the roots and their commands"],
    ["statelock migrate init --root infra/network", "one root again"],
    ["statelock migrate init --root app --var key=app/prod --var-file prod.tfvars", "a root that needs variables"],
  ],
  text: [
    `In each root, Statelock runs ${program()} init -reconfigure, then a plan under its lock. It does not show the plan. A plan with changes is not a failure. If partial configuration files are alternatives, Statelock tries each one in a folder outside the root. It initializes .terraform with the one that .terraform was on before, and leaves .terraform alone if it was on none of them. If init leads a root to another state or workspace, Statelock stops that root and puts .terraform back (state-moved). After Ctrl+C, Statelock begins no other root.`,
  ],
  exit: {
    0: "every root was initialized and could plan",
    1: "some roots failed, or a file could not be read; the output says why",
    2: "the run was stopped",
  },
});

/** `statelock migrate init` */
export function migrateInitCommand(context: CommandContext): Command {
  return new Command("init")
    .description(`Run ${program()} init -reconfigure and a plan in every root, several at a time.`)
    .argument("[folders...]", "folders to scan (default: the working directory)")
    .addOption(rootOption())
    .addOption(backendFilesOption())
    .option("--parallel <count>", "how many roots at the same time; 1 with a shared plugin cache", String(PARALLEL))
    .addOption(shared("dryRun", "list the roots and their commands, and run nothing"))
    .addOption(shared("profile", "profile of the AWS configuration, for roots that name none"))
    .addOption(shared("roleArn", "role to assume first, for roots that name none; its keys last one hour"))
    .option("--var <name=value>", "a variable for init and plan; repeatable", collectValues)
    .option("--var-file <file>", "a file with variables for init and plan, seen from here; repeatable", collectValues)
    .addOption(shared("json"))
    .addHelpText("after", helpText(help()))
    .action(async (folders: readonly string[], options: MigrateInitOptions) => {
      const limit = Number(options.parallel);
      if (!Number.isInteger(limit) || limit < 1)
        throw usage("--parallel", `must be a whole number from 1, got ${shown(options.parallel)}`, "Correct it.");
      const { scan, parsers } = await scanProject(context, folders, options);
      const roots = selectedRoots(context, scan, options.root);
      const selected = scan.configurations.filter(({ root }) => roots?.includes(root) ?? true);
      if (roots !== undefined) refuseUsage(notInitialized(selected));
      const access = accessOf(options);
      // The engine uses the settings of each backend, so Statelock looks at its store with the same settings.
      const defaults = liveDefaults(context, { ...options, asBackend: true });
      // TF_VAR_ variables of the shell may be for another root, so they do not decide which state this root gets.
      const known = knownPlaces({ ...context, environment: withoutVariables(context.environment) }, parsers, options);
      const inits = rootsToInit(selected, engineFor(context, scan.configurations), { ...defaults, known });
      refuseUsage(sharedDataFolder(inits, context.environment["TF_DATA_DIR"]));
      const isDry = options.dryRun === true;
      const results = isDry
        ? inits.flatMap((root) => root.setups.map((setup) => notRun(root, setup)))
        : await run({ ...context, environment: await engineEnvironment(context, access) }, inits, limit, options);
      const unread = unreadProblems(scan);
      if (unread.length > 0 || results.some(({ outcome }) => outcome === "failed")) context.exitWith(EXIT.refused);
      const again = { folders, limit, options };
      const stopped = isDry ? undefined : commandAgain(context, again, results, "not-run");
      if (stopped !== undefined) context.exitWith(EXIT.unknown);
      const problems = [...unread, ...(stopped === undefined ? [] : [interrupted(results, stopped)])];
      const byHand = terragruntRoots(selected);
      if (byHand.length > 0 || results.length === 0)
        context.exitWith(EXIT[stopped === undefined ? "refused" : "unknown"]);
      const report = { results, byHand, problems };
      if (options.json === true) context.write(`${JSON.stringify(initJson(report), null, 2)}\n`);
      else if (isDry) showInitDryRun(context, report);
      else showInit(context, report, commandAgain(context, again, results, "failed"));
      if (roots === undefined) noteSkipped(context, skippedConsumers(selected));
    });
}

async function run(
  context: CommandContext,
  roots: readonly InitRoot[],
  limit: number,
  options: MigrateInitOptions,
): Promise<InitResult[]> {
  const { workingDirectory, environment: env, terminal } = context;
  const variables = [
    ...(options.varFile ?? []).map((file) => `-var-file=${resolve(workingDirectory, file)}`),
    ...(options.var ?? []).map((value) => `-var=${value}`),
  ];
  const port = rootCommands({ workingDirectory, env, variables, onLog: logAnnouncer(terminal) });
  return stoppable(context, (isStopped) =>
    terminalProgress(context.terminal)(
      "Initialize and plan",
      (say) =>
        initRoots(port, roots, {
          limit,
          isStopped,
          prove: storeProver(options),
          onProgress: (done, of) => {
            say(`${withCommas(done)} of ${counted(of, "root")}`);
          },
          onResult: (result) => {
            noteInitResult(context, result);
          },
        }),
      (results) => results.length > 0 && results.every(({ outcome }) => outcome !== "failed" && outcome !== "not-run"),
    ),
  );
}

function withoutVariables(environment: CommandContext["environment"]): CommandContext["environment"] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("TF_VAR_")));
}
