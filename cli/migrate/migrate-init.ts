import { Command } from "commander";
import { z } from "zod";
import type { Configuration } from "../../lib/migrate/scan/configuration";
import { initRoots, notInitialized, type InitResult, type InitRoot } from "../../lib/migrate/step/init-roots";
import { rootCommands } from "../../lib/programs/root-commands";
import type { Setting } from "../../lib/migrate/scan/phase";
import { nameOf } from "../../lib/migrate/scan/site";
import { plainText } from "../../lib/text/plain-text";
import { shown, type Problem } from "../../lib/problem/problem";
import { usage } from "../options/bucket-options";
import type { CommandContext } from "../screen/command-context";
import { fittingColumns } from "../screen/fitting-columns";
import { noteProblems, refuseUsage, rootOption, scanProject, selectedRoots, unreadProblems } from "./migrate-project";
import { terminalProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import { shellQuoted } from "../../lib/text/shell-quoted";
import { untilInterrupted } from "../../lib/work/interruption";
import { problemSchema } from "../../lib/problem/problem-schema";

interface Options {
  readonly root?: readonly string[];
  readonly parallel: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock migrate init                      every root below the working directory
  $ statelock migrate init infra --parallel 8
  $ statelock migrate init --root infra/network  one root again

In each root: terraform init -reconfigure, then a plan under its lock, whose output is not shown. That a plan has changes
is no failure. Partial files that are alternatives are each tried in a folder outside the root; .terraform is initialized
with the one that it was on before, and with none where it was on none. Ctrl+C begins no other root.
Exit code 0: every root was initialized and could plan. 1: some could not, or a file could not be read, and why is shown.
2: stopped before the end.`;

/** What `migrate init --json` prints. */
export const migrateInitSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate init"),
  roots: z.array(
    z.strictObject({
      root: z.string(),
      partials: z.array(z.string()).describe("The partial files that it was set up with."),
      outcome: z
        .enum(["unchanged", "changes", "failed", "not-run"])
        .describe("`changes`: the plan has something to do."),
      initialized: z
        .boolean()
        .describe("Whether .terraform is initialized with it now; if not, .terraform was left as it was."),
      seconds: z.number(),
      problems: z.array(problemSchema),
    }),
  ),
  byHand: z.array(z.string()).describe("Roots of other tools, which have to be initialized with those."),
  problems: z.array(problemSchema).describe("Files that could not be read, and that the run was stopped."),
});

/** `statelock migrate init` */
export function migrateInitCommand(context: CommandContext): Command {
  return new Command("init")
    .description("Run terraform init -reconfigure and a plan in every root, several at a time.")
    .argument("[folders...]", "folders to look into (default: the working directory)")
    .addOption(rootOption())
    .option("--parallel <count>", "roots at one time; 1 with a shared plugin cache", "4")
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (folders: readonly string[], options: Options) => {
      const limit = Number(options.parallel);
      if (!Number.isInteger(limit) || limit < 1)
        throw usage("--parallel", `must be a whole number from 1, got ${shown(options.parallel)}`, "Correct it.");
      const { scan } = await scanProject(context, folders);
      const roots = selectedRoots(context, scan, options.root);
      const selected = scan.configurations.filter(({ root }) => roots?.includes(root) ?? true);
      if (roots !== undefined) refuseUsage(notInitialized(selected));
      const results = await run(context, rootsOf(selected), limit);
      const byHand = [...new Set(selected.filter(({ source }) => source === "terragrunt").map(({ root }) => root))];
      const unread = unreadProblems(scan);
      if (unread.length > 0 || results.some(({ outcome }) => outcome === "failed")) context.exitWith(EXIT.refused);
      const again = (wanted: InitResult["outcome"]): string | undefined => commandAgain(folders, results, wanted);
      const stopped = again("not-run");
      if (stopped !== undefined) context.exitWith(EXIT.unknown);
      const problems = [...unread, ...(stopped === undefined ? [] : [interrupted(results, stopped)])];
      show(context, { results, byHand, problems, again: again("failed") }, options);
    });
}

/** Each folder once, with every way its partial files are put together. */
function rootsOf(configurations: readonly Configuration[]): InitRoot[] {
  const roots = new Map<string, InitRoot>();
  for (const configuration of configurations) {
    const { root, source, places } = configuration;
    if (source !== "terraform" && source !== "opentofu" && source !== "cdktf") continue;
    const partials = places.filter(({ site }) => site.role === "partial").map(({ file }) => file.path);
    const tool = source === "opentofu" ? "opentofu" : "terraform";
    const setup = { partials, bucket: valueOf(configuration.bucket), key: valueOf(configuration.key) };
    roots.set(root, { root, tool, setups: [...(roots.get(root)?.setups ?? []), setup] });
  }
  return [...roots.values()];
}

function valueOf(setting: Setting): string | undefined {
  return setting !== undefined && "value" in setting ? setting.value : undefined;
}

async function run(context: CommandContext, roots: readonly InitRoot[], limit: number): Promise<InitResult[]> {
  const { note, colors } = context.terminal;
  const port = rootCommands({ workingDirectory: context.workingDirectory, env: context.environment });
  const interruption = untilInterrupted(note);
  try {
    return await terminalProgress(context.terminal)("Initialize and plan", (say) =>
      initRoots(port, roots, {
        limit,
        isStopped: () => interruption.requested(),
        onProgress: (done, of) => {
          say(`${String(done)} of ${String(of)} roots`);
        },
        onResult: (result) => {
          if (result.outcome === "not-run") return;
          const sign = result.outcome === "failed" ? colors.red("✖") : colors.green("✔");
          note(`  ${sign} ${nameText(result)}: ${result.outcome} ${colors.dim(`(${result.seconds.toFixed(1)} s)`)}`);
        },
      }),
    );
  } finally {
    interruption.done();
  }
}

/** The root, and the partial files that it was set up with. */
function nameText({ root, partials }: InitResult): string {
  return plainText(partials.length === 0 ? root : `${root} (${partials.map(nameOf).join(" + ")})`, 1_024);
}

/** What to run for the roots with that outcome; undefined where there are none. */
function commandAgain(
  folders: readonly string[],
  results: readonly InitResult[],
  wanted: InitResult["outcome"],
): string | undefined {
  const roots = new Set(results.filter(({ outcome }) => outcome === wanted).map(({ root }) => root));
  if (roots.size === 0) return undefined;
  const flags = [...folders.map(shellQuoted), ...[...roots].map((root) => `--root ${shellQuoted(root)}`)];
  return ["statelock migrate init", ...flags].join(" ");
}

function interrupted(results: readonly InitResult[], again: string): Problem {
  const left = results.filter(({ outcome }) => outcome === "not-run").length;
  return {
    code: "interrupted",
    path: "statelock migrate init",
    message: `must run in every root, but was interrupted: ${String(left)} of ${String(results.length)} did not run to the end`,
    fix: again,
  };
}

/** Everything there is to show. */
interface Shown {
  readonly results: readonly InitResult[];
  readonly byHand: readonly string[];
  readonly problems: readonly Problem[];
  /** What to run for the roots that failed. */
  readonly again: string | undefined;
}

function show(context: CommandContext, { results, byHand, problems, again }: Shown, { json }: Options): void {
  const { note } = context.terminal;
  if (json === true) {
    const document: z.infer<typeof migrateInitSchema> = {
      version: 1,
      command: "migrate init",
      roots: results.map((result) => ({
        ...result,
        partials: [...result.partials],
        problems: [...result.problems],
      })),
      byHand: [...byHand],
      problems: [...problems],
    };
    context.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const rows = results.map((result) => [
    result.root,
    result.partials.map(nameOf).join(" + ") || "-",
    result.outcome,
    `${result.seconds.toFixed(1)} s`,
    result.initialized ? "initialized" : "as it was",
  ]);
  if (rows.length > 0)
    context.write(fittingColumns(["ROOT", "PARTIAL FILES", "OUTCOME", "TIME", ".TERRAFORM"], rows, context.output));
  noteProblems(context, [...results.flatMap((result) => result.problems), ...problems]);
  for (const root of byHand) note(`  by hand: ${plainText(root)} (terragrunt)`);
  for (const root of undecided(results))
    note(
      `  as it was: ${plainText(root)}: its partial files are alternatives, and .terraform was on none of them: terraform init -reconfigure -backend-config=FILE`,
    );
  if (again !== undefined) note(`\nOnce mended: ${again}`);
}

/** Roots that could plan, but whose `.terraform` none of their ways was for. */
function undecided(results: readonly InitResult[]): string[] {
  const ran = results.filter(({ outcome }) => outcome === "unchanged" || outcome === "changes");
  const initialized = new Set(results.filter((result) => result.initialized).map(({ root }) => root));
  return [...new Set(ran.map(({ root }) => root))].filter((root) => !initialized.has(root));
}
