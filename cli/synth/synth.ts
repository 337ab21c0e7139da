import { Command } from "commander";
import { resolve } from "node:path";
import { aliasOfUnknownKey, synthText } from "../../lib/inventory/synth-text";
import { synthesize } from "../../lib/programs/synthesize";
import { readSynthesized } from "./synthesized";
import { synthReport } from "./synth-json";
import { shared } from "../options/shared-options";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";

interface Options {
  readonly project: string;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock synth", "the folder that holds state.config.ts, .js or .json"],
    ["statelock synth --project infra", "another folder"],
  ],
  text: ["In a CDKTF project it runs the app that cdktf.json names. Elsewhere it needs the config alone."],
  exit: { 0: "everything is written", 1: "the config has problems, and nothing is written", 2: "there is no config" },
  environment: [
    ["CDKTF_OUTDIR", "another folder than cdktf.out"],
    ["STATELOCK_BUCKET, _REGION, _ACCOUNT", "override the config"],
  ],
};

/** `statelock synth` */
export function synthCommand(context: CommandContext): Command {
  return new Command("synth")
    .description("Write stacks, backend files, policies and the inventory from the config.")
    .option("--project <folder>", "folder of the config", ".")
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (options: Options) => {
      const project = resolve(context.workingDirectory, options.project);
      await synthesize({ project, env: context.environment });
      const { outdir, inventory } = readSynthesized(project, context);
      const report = synthReport(outdir, inventory);
      const text = synthText({ ...report, keyAlias: aliasOfUnknownKey(inventory.bucket.encryption) });
      context.write(`${options.json === true ? JSON.stringify(report, null, 2) : text}\n`);
    });
}
