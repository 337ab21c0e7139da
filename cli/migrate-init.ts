import { Command } from "commander";
import { z } from "zod";
import type { Configuration } from "../lib/migrate/configuration";
import { initRoots, notInitialized, type InitResult, type InitRoot } from "../lib/migrate/init-roots";
import { rootCommands } from "../lib/terraform/root-commands";
import { plainText } from "../lib/plain-text";
import { shown } from "../lib/problem";
import { usage } from "./bucket-options";
import type { CommandContext } from "./command-context";
import { noteProblems, refuseUsage, rootOption, scanProject, selectedRoots } from "./migrate-project";
import { plainColumns } from "./plain-columns";
import { terminalProgress } from "./progress";
import { EXIT } from "./report-error";
import { shellQuoted } from "./shell-quoted";
import { untilInterrupted } from "./until-interrupted";

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
is no failure. Ctrl+C lets the roots at work end, and begins no other.
Exit code 0: every root was initialized and could plan. 1: some could not, and why is shown. 2: stopped before the end.`;

const problem = z.strictObject({ code: z.string(), path: z.string(), message: z.string(), fix: z.string() });

/** What `migrate init --json` prints. */
export const migrateInitSchema = z.strictObject({
  version: z.literal(1),
  command: z.literal("migrate init"),
  roots: z.array(
    z.strictObject({
      root: z.string(),
      outcome: z
        .enum(["unchanged", "changes", "failed", "not-run"])
        .describe("`changes`: the plan has something to do."),
      seconds: z.number(),
      problems: z.array(problem),
    }),
  ),
  byHand: z.array(z.string()).describe("Roots of other tools, which have to be initialized with those."),
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
      if (results.some(({ outcome }) => outcome === "failed")) context.exitWith(EXIT.refused);
      if (results.some(({ outcome }) => outcome === "not-run")) context.exitWith(EXIT.unknown);
      show(context, results, byHand, options);
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
    roots.set(root, { root, tool, partials: [...(roots.get(root)?.partials ?? []), partials] });
  }
  return [...roots.values()];
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
        onResult: ({ root, outcome, seconds }, done, of) => {
          say(`${String(done)} of ${String(of)} roots`);
          if (outcome === "not-run") return;
          const sign = outcome === "failed" ? colors.red("✖") : colors.green("✔");
          note(`  ${sign} ${plainText(root)}: ${outcome} ${colors.dim(`(${seconds.toFixed(1)} s)`)}`);
        },
      }),
    );
  } finally {
    interruption.done();
  }
}

function show(
  context: CommandContext,
  results: readonly InitResult[],
  byHand: readonly string[],
  { json }: Options,
): void {
  if (json === true) {
    const document: z.infer<typeof migrateInitSchema> = {
      version: 1,
      command: "migrate init",
      roots: results.map((result) => ({ ...result, problems: [...result.problems] })),
      byHand: [...byHand],
    };
    context.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const rows = results.map(({ root, outcome, seconds }) => [root, outcome, `${seconds.toFixed(1)} s`]);
  if (rows.length > 0) context.write(plainColumns(["ROOT", "OUTCOME", "TIME"], rows));
  noteProblems(
    context,
    results.flatMap(({ problems }) => problems),
  );
  for (const root of byHand) context.terminal.note(`  by hand: ${plainText(root)} (terragrunt)`);
  const again = results.filter(({ outcome }) => outcome === "failed" || outcome === "not-run");
  if (again.length === 0) return;
  const flags = again.map(({ root }) => ` --root ${shellQuoted(root)}`).join("");
  context.terminal.note(`\nOnce mended: statelock migrate init${flags}`);
}
