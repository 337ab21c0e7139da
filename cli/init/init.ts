import { Command, Option } from "commander";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { devDependencies, version } from "../../package.json";
import { plainFileText } from "../../lib/files/plain-file";
import { writeWhole } from "../../lib/files/whole-file";
import { resolveStateHome } from "../../lib/home/resolve-home";
import { CONFIG_FORMATS, type ConfigFormat, type HomeAnswers } from "../../lib/init/config-text";
import type { ProjectVersions } from "../../lib/init/project-texts";
import {
  configFile,
  homeFiles,
  MAIN_LINES,
  newProjectFiles,
  withIgnored,
  type NewFiles,
} from "../../lib/init/new-files";
import { hasOnlyStatelock, missingPackages } from "../../lib/init/package-manifest";
import type { OwnCommand } from "../../lib/text/own-command";
import { UserError } from "../../lib/problem/problem";
import { shared } from "../options/shared-options";
import type { CommandContext } from "../screen/command-context";
import { helpText, type HelpText } from "../screen/help-text";
import { initAnswers, type InitAnswerOptions } from "./init-answers";
import type { InitReport } from "./init-json";

interface Options extends InitAnswerOptions {
  readonly project: string;
  readonly format: ConfigFormat;
  readonly cdktf?: boolean;
  readonly package?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const HELP: HelpText = {
  examples: [
    ["statelock init", "ask for name, region and account; write state.config.ts"],
    ["statelock init --format json", "the same as state.config.json"],
    ["statelock init --cdktf", "a whole CDKTF project, or the config and the lines for an existing one"],
    ["statelock init --name acme-tfstate-123456789012 --region eu-central-1 --account 123456789012 --yes"],
  ],
  text: [
    "Init never overwrites a file: it writes everything or nothing. With --cdktf, it completes a package.json that names no package except statelock. The account is the one of your AWS credentials, if there are any.",
    "Nobody else can take a name that ends with the account, the region and -an, as in acme-tfstate-123456789012-eu-central-1-an. The bootstrap stack then needs the AWS provider 6.40 or later, and the bucket cannot be renamed afterwards.",
  ],
  exit: { 0: "the files are written", 1: "a file is in the way or an answer is refused", 2: "an answer is missing" },
};

/** Makes the command `statelock init`, which writes the config of a new state home. */
export function initCommand(context: CommandContext): Command {
  return new Command("init")
    .description("Write the config of a new state home, and what belongs to it.")
    .option("--name <bucket>", "name of the state bucket to create or adopt")
    .addOption(shared("region", "region of the bucket"))
    .option("--account <id>", "account of the bucket: 12 digits")
    .addOption(new Option("--format <format>", "language of the config").choices(CONFIG_FORMATS).default("ts"))
    .option("--cdktf", "write a CDKTF project; in an existing one, write the config and print the lines for main.ts")
    .option("--project <folder>", "folder to write to", ".")
    .option("--package <spec>", "what package.json names as statelock, with --cdktf: a version range or a package file")
    .addOption(shared("profile", "profile of the AWS configuration, to find the account"))
    .addOption(shared("roleArn"))
    .addOption(shared("yes", "ask nothing: take the options and what AWS says"))
    .addOption(shared("dryRun", "print which files would be written, and write none"))
    .addOption(shared("json"))
    .addHelpText("after", helpText(HELP))
    .action(async (options: Options) => {
      const folder = resolve(context.workingDirectory, options.project);
      const manifest = plainFileText(join(folder, "package.json"));
      const joins =
        options.cdktf === true &&
        (existsSync(join(folder, "cdktf.json")) || (manifest !== undefined && !hasOnlyStatelock(manifest)));
      const asked = await initAnswers(context, folder, options);
      const files = newFiles(asked, folder, options, { joins, manifest });
      refuseWhatIsThere(folder, files);
      const all = [...files, ...ignoreFile(folder)];
      if (options.dryRun !== true) for (const [path, text] of all) writeWhole(join(folder, path), text);
      const report: InitReport = {
        version: 1,
        command: "init",
        outcome: options.dryRun === true ? "would-write" : "written",
        files: all.map(([path]) => path),
        ...(joins ? { mainLines: MAIN_LINES } : {}),
      };
      if (options.json === true) context.write(`${JSON.stringify(report, null, 2)}\n`);
      else context.write(initText(report, nextSteps(options, { joins, manifest }, context.program)));
    });
}

/** What `init` finds in the folder that it writes to. */
interface Project {
  /**
   * True if `--cdktf` meets a project that exists already. `init` then writes the config only, and prints the lines for
   * main.ts. A package.json that names no package except Statelock does not make a folder such a project.
   */
  readonly joins: boolean;
  /** The text of its package.json. Undefined if there is no such file. */
  readonly manifest: string | undefined;
}

/** Returns the files to write. @throws UserError if synth would refuse the answers */
function newFiles(answers: HomeAnswers, folder: string, options: Options, { joins, manifest }: Project): NewFiles {
  // Throws if synth would refuse these answers. The consumer is a placeholder: no question asks for one.
  const { name, region, account } = answers;
  resolveStateHome({ bucket: { name, region, account }, consumers: [{ name: "network" }] });
  if (joins) return configFile(answers);
  const files =
    options.cdktf === true
      ? newProjectFiles(answers, basename(folder), versionsFor(options), manifest)
      : homeFiles(answers, options.format);
  // If the folder has a README, init keeps it and writes no other one.
  return existsSync(join(folder, "README.md")) ? new Map([...files].filter(([path]) => path !== "README.md")) : files;
}

/** Returns the versions for the new package.json. Its packages get the versions that Statelock is developed with. */
function versionsFor(options: Options): ProjectVersions {
  return { statelock: options.package ?? `^${version}`, packages: devDependencies };
}

/**
 * Checks that no file is in the way, before init writes the first one: it writes everything or nothing.
 * @throws UserError that names each file in the way: a new file, or a config in any format
 */
function refuseWhatIsThere(folder: string, files: NewFiles): void {
  const configs = CONFIG_FORMATS.map((format) => `state.config.${format}`);
  // package.json may exist: its new text keeps the fields of the old one.
  const paths = [...new Set([...files.keys(), ...configs])].filter((path) => path !== "package.json");
  const there = paths.filter((path) => existsSync(join(folder, path)));
  const problems = there.map((path) => ({
    code: "init-exists",
    path,
    message: "must not be there yet, but it is",
    fix: "Init never overwrites a file. Move it away, or name another folder with --project.",
  }));
  if (problems.length > 0) throw new UserError(problems);
}

/** Returns the path and the new text of .gitignore. Empty if the file already names all that git must ignore. */
function ignoreFile(folder: string): [string, string][] {
  const path = join(folder, ".gitignore");
  const text = withIgnored(plainFileText(path) ?? "");
  return text === undefined ? [] : [[".gitignore", text]];
}

/** Returns the commands that the operator runs after `init`, in this order. */
function nextSteps(options: Options, { joins, manifest = "{}" }: Project, program: OwnCommand): string[] {
  if (options.cdktf !== true) return [`${program} bootstrap`];
  if (!joins) return ["npm install", "npm test", "npx statelock bootstrap"];
  const missing = missingPackages(manifest, versionsFor(options));
  const install = missing.length === 0 ? [] : [`npm install --save-dev ${missing.join(" ")}`];
  return [...install, "npx statelock synth", "npx statelock bootstrap"];
}

function initText({ outcome, files, mainLines }: InitReport, steps: readonly string[]): string {
  const heading = outcome === "written" ? "Wrote" : "Would write";
  const lines = [`${heading}:`, ...files.map((path) => `  ${path}`), ""];
  if (mainLines !== undefined) lines.push("Add to main.ts:", "", mainLines.trimEnd(), "");
  return `${lines.join("\n")}\nNext: ${steps.map((step) => `\`${step}\``).join(", then ")}\n`;
}
