import { Command } from "commander";
import { resolve } from "node:path";
import type { Plan } from "../../lib/bootstrap/port";
import { planText, runBootstrap, type BootstrapResult } from "../../lib/bootstrap/run-bootstrap";
import { shown } from "../../lib/problem/problem";
import { bootstrapJson } from "./bootstrap-json";
import { bootstrapPort } from "./bootstrap-port";
import type { CommandContext } from "../screen/command-context";
import { terminalProgress } from "../screen/progress";
import { EXIT } from "../screen/report-error";
import type { Terminal } from "../screen/terminal";
import { isConfirmed } from "../screen/confirm";

interface Options {
  readonly project: string;
  readonly yes?: boolean;
  readonly adopt?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ statelock bootstrap                    deploy the state bucket and move the bootstrap's own state into it
  $ statelock bootstrap --dry-run          show what that would change, and touch nothing
  $ statelock bootstrap --yes --json       in CI: no question, the result as JSON
  $ statelock bootstrap --adopt --dry-run  show what taking over an existing bucket would change

It can be run again at any moment: a run that was killed is finished, a run with nothing to do changes nothing.
Where the state is afterwards is recorded in bootstrap.state.json; commit that file.`;

/** `statelock bootstrap` */
export function bootstrapCommand(context: CommandContext): Command {
  return new Command("bootstrap")
    .description("Deploy the state bucket, then move the bootstrap stack's own state into it.")
    .option("--project <folder>", "folder of cdktf.json and state.config.ts", ".")
    .option("-y, --yes", "apply without asking; needed where nobody can answer")
    .option("--adopt", "take over a bucket, policies or a key that exist already; nothing is replaced")
    .option("--dry-run", "show everything, touch nothing")
    .option("--json", "print the result as JSON on standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const result = await bootstrap(context, options);
      if (result.outcome === "declined") context.exitWith(EXIT.refused);
      if (options.json === true) context.write(`${JSON.stringify(bootstrapJson(result), null, 2)}\n`);
      else summary(result, context.terminal);
    });
}

async function bootstrap(context: CommandContext, options: Options): Promise<BootstrapResult> {
  const { terminal } = context;
  const dryRun = options.dryRun === true;
  const opened = bootstrapPort({
    project: resolve(context.workingDirectory, options.project),
    environment: context.environment,
    dryRun,
  });
  try {
    return await runBootstrap(opened.port, {
      adopt: options.adopt === true,
      dryRun,
      progress: terminalProgress(terminal),
      confirm: (plan) => confirmed(plan, terminal, options.yes === true),
    });
  } finally {
    opened.close();
  }
}

async function confirmed(plan: Plan, terminal: Terminal, yes: boolean): Promise<boolean> {
  showPlan(plan, terminal);
  return isConfirmed(terminal, {
    command: "statelock bootstrap",
    question: "Apply? Only 'yes' is accepted: ",
    accepts: (answer) => answer === "yes",
    yes,
  });
}

const SIGNS = { create: "+", import: "<", update: "~", replace: "±", delete: "-" } as const;

/** One line a resource, and one for every attribute of it that would change. */
function showPlan(plan: Plan, { note, colors }: Terminal): void {
  for (const { address, action, differences } of plan.changes) {
    note(`  ${SIGNS[action]} ${address} ${colors.dim(action)}`);
    for (const { attribute, before, after } of differences) {
      note(`      ${attribute}: ${shown(before)} → ${after === undefined ? "(known after apply)" : shown(after)}`);
    }
  }
}

function summary(result: BootstrapResult, terminal: Terminal): void {
  const { note, colors } = terminal;
  note("");
  switch (result.outcome) {
    case "would-change":
      showPlan(result.plan, terminal);
      note(`Dry run: ${planText(result.plan)}; nothing was touched.`);
      break;
    case "declined":
      note("Declined: nothing was changed.");
      break;
    case "unchanged":
      note(`Nothing to do: ${result.bucket} is deployed, and its state is in it.`);
      break;
    case "deployed":
      note(colors.bold(`${result.bucket} is deployed, and its own state is in it.`));
      note(`  state   s3://${result.bucket}/${result.state.key}`);
      if (result.backup !== undefined) note(`  backup  ${result.backup}`);
      note(
        "  next    commit bootstrap.state.json; then `npx cdktf deploy <stack>`, or copy a file from cdktf.out/backends/",
      );
  }
}
