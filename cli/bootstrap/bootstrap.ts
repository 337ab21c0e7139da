import { Command } from "commander";
import { resolve } from "node:path";
import { differenceLines } from "../../lib/bootstrap/difference-lines";
import type { Plan } from "../../lib/bootstrap/bootstrap-ports";
import { planText, runBootstrap, type BootstrapResult } from "../../lib/bootstrap/run-bootstrap";
import { bootstrapJson } from "./bootstrap-json";
import { outputLines } from "./output-lines";
import { bootstrapPort } from "./bootstrap-port";
import { accessOf, engineEnvironment } from "../options/engine-access";
import { shared } from "../options/shared-options";
import { cleaningUp } from "../../lib/work/interruption";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";
import { terminalProgress } from "../screen/terminal-progress";
import { lockAnnouncer, logAnnouncer } from "../options/own-lock";
import { EXIT, problemText } from "../screen/report-error";
import type { Terminal } from "../screen/terminal";
import { isConfirmed } from "../screen/confirm";

interface Options {
  readonly project: string;
  readonly yes?: boolean;
  readonly adopt?: boolean;
  readonly allowDowngrade?: boolean;
  readonly iAm?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly profile?: string;
  readonly roleArn?: string;
}

const HELP: HelpText = {
  examples: [
    ["statelock bootstrap", "deploy the state bucket, and move the stack's own state into it"],
    ["statelock bootstrap --dry-run", "show what a run would change, and change nothing"],
    ["statelock bootstrap --yes --json", "in CI: ask nothing, print the result as JSON"],
    ["statelock bootstrap --adopt --dry-run", "show what adopting an existing bucket would change"],
  ],
  text: [
    "You can run this command again at any time. It finishes a run that was killed, and changes nothing if nothing is to do. It records where the state is in bootstrap.state.json. Commit that file.",
  ],
  exit: {
    0: "deployed, or nothing to do",
    1: "refused, or you declined; nothing was applied",
    2: "AWS or the engine did not answer a question; the message says what remains",
  },
  environment: [
    ["STATELOCK_ENGINE, TERRAFORM_BINARY_NAME", "the engine to run"],
    ["STATELOCK_BUCKET, _REGION, _ACCOUNT", "override the config"],
  ],
};

/** Returns the `statelock bootstrap` command. */
export function bootstrapCommand(context: CommandContext): Command {
  return new Command("bootstrap")
    .description("Deploy the state bucket, then move the bootstrap stack's own state into it.")
    .option("--project <folder>", "folder of cdktf.json and state.config.ts", ".")
    .addOption(shared("yes", "apply without a question; required if nobody can answer"))
    .option("--adopt", "take over an existing bucket, policies or key; replaces nothing")
    .option("--allow-downgrade", "deploy although a newer Statelock deployed last")
    .option("--i-am <arn>", "the deploying role with its path, if these credentials may not call iam:GetRole")
    .addOption(shared("dryRun", "show every change, and change nothing"))
    .addOption(shared("profile"))
    .addOption(shared("roleArn", "role to assume first; its keys last one hour"))
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
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
  const access = accessOf(options);
  const opened = bootstrapPort({
    project: resolve(context.workingDirectory, options.project),
    environment: await engineEnvironment(context, access),
    access,
    program: context.program,
    engine: context.engine,
    announce: lockAnnouncer(terminal),
    onLog: logAnnouncer(terminal),
    dryRun,
  });
  return cleaningUp(opened.close, () =>
    runBootstrap(opened.port, {
      adopt: options.adopt === true,
      allowDowngrade: options.allowDowngrade === true,
      vouched: options.iAm,
      dryRun,
      progress: terminalProgress(terminal),
      confirm: (plan) => confirmed(plan, terminal, options.yes === true),
    }),
  );
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

const SIGNS = { create: "+", import: "<", update: "~", replace: "±", delete: "-", forget: "." } as const;

/** Prints a line for each resource, and what would change of each attribute. */
function showPlan(plan: Plan, terminal: Terminal): void {
  const { note, colors } = terminal;
  for (const { address, action, differences } of plan.changes) {
    note(`  ${SIGNS[action]} ${address} ${colors.dim(action)}`);
    for (const line of differences.flatMap(differenceLines)) note(`      ${line}`);
  }
  showWarnings(plan, terminal);
}

function showWarnings({ warnings = [] }: Plan, terminal: Terminal): void {
  for (const warning of warnings) terminal.note(problemText(warning, terminal));
}

function summary(result: BootstrapResult, terminal: Terminal): void {
  const { note, colors } = terminal;
  note("");
  switch (result.outcome) {
    case "would-change":
      showPlan(result.plan, terminal);
      note(`Dry run: ${planText(result.plan)}; nothing was changed.`);
      break;
    case "declined":
      note("Declined: nothing was changed.");
      break;
    case "unchanged":
      note(`Nothing to do: ${result.bucket} is deployed, and holds its own state.`);
      for (const line of outputLines(result.outputs)) note(`  ${line}`);
      showWarnings(result.plan, terminal);
      break;
    case "deployed":
      note(colors.bold(`${result.bucket} is deployed, and holds its own state.`));
      note(`  state   s3://${result.bucket}/${result.state.key}`);
      if (result.backup !== undefined) note(`  backup  ${result.backup}`);
      note(
        "  next    commit bootstrap.state.json; give each root its file from cdktf.out/backends/, and deploy CDKTF stacks",
      );
      for (const line of outputLines(result.outputs)) note(`  ${line}`);
  }
}
