import { packageJson } from "./package-manifest";
import { configText, type ConfigFormat, type HomeAnswers } from "./config-text";
import {
  CDKTF_JSON,
  DEMO_STACK,
  JEST_CONFIG,
  MAIN,
  SNAPSHOT_TEST,
  STACKS_INDEX,
  TSCONFIG,
  WORKFLOW,
  type ProjectVersions,
} from "./project-texts";

/** Files by their path from the project's folder. */
export type NewFiles = ReadonlyMap<string, string>;

/** Names that git must ignore: packages, what synth writes, and local states. */
const IGNORED = [
  "node_modules/",
  "cdktf.out/",
  ".statelock/",
  ".terraform/",
  "*.tfstate",
  "*.tfstate.*",
  "*.tfplan",
] as const;

/** Returns the files of a state home without a CDKTF project. */
export function homeFiles(answers: HomeAnswers, format: ConfigFormat): NewFiles {
  return new Map([
    [`state.config.${format}`, configText(answers, format, "network")],
    ["README.md", readme(`state.config.${format}`, "npx statelock")],
  ]);
}

/** Returns the config that joins an existing CDKTF project. */
export function configFile(answers: HomeAnswers): NewFiles {
  return new Map([["state.config.ts", configText(answers, "ts", "network")]]);
}

/**
 * Returns every file of a new CDKTF project.
 * @param manifest the package.json that is there already, if there is one
 */
export function newProjectFiles(
  answers: HomeAnswers,
  folder: string,
  versions: ProjectVersions,
  manifest?: string,
): NewFiles {
  return new Map([
    ["state.config.ts", configText(answers, "ts", "demo")],
    ["main.ts", MAIN],
    ["stacks/index.ts", STACKS_INDEX],
    ["stacks/demo-stack.ts", DEMO_STACK],
    ["__tests__/bootstrap.test.ts", SNAPSHOT_TEST],
    ["cdktf.json", CDKTF_JSON],
    ["package.json", packageJson(packageName(folder), versions, manifest)],
    ["tsconfig.json", TSCONFIG],
    ["jest.config.js", JEST_CONFIG],
    [".github/workflows/state.yml", WORKFLOW],
    ["README.md", readme("state.config.ts", "npx statelock")],
  ]);
}

/** Returns the text of a .gitignore that ignores what synth writes, or undefined if it does already. */
export function withIgnored(text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const missing = IGNORED.filter((name) => !lines.includes(name) && !lines.includes(name.replace(/\/$/, "")));
  if (missing.length === 0) return undefined;
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return `${before}${missing.join("\n")}\n`;
}

/** The lines that an app needs in its main.ts. */
export const MAIN_LINES = `import { synthesizeHome } from "statelock";
import { stateConfig } from "./state.config";

// In place of app.synth(). The bootstrap stack joins the stacks of your app.
// {}: for each consumer of type "cdktf", its name and its stack, a class that extends ConsumerStack.
synthesizeHome(stateConfig, {}, { app });
`;

/** npm allows lower-case letters, digits, hyphens, dots and underscores. */
function packageName(folder: string): string {
  const name = folder.toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
  return /^[a-z0-9]/.test(name) ? name : `state-${name.replace(/^[^a-z0-9]+/, "")}`;
}

function readme(config: string, statelock: string): string {
  return `# State home

\`${config}\` describes the S3 bucket that holds our Terraform states, and every root that keeps a state in it.
Statelock makes the bucket, the backend files and the IAM policies from it.

| step | command |
|---|---|
| see what would change in AWS | \`${statelock} bootstrap --dry-run\` |
| deploy the bucket; commit \`bootstrap.state.json\` afterwards | \`${statelock} bootstrap\` |
| write backend files, policies and the inventory to \`cdktf.out/\` | \`${statelock} synth\` |
| compare the bucket with the config | \`${statelock} verify\` |
| see who holds which lock | \`${statelock} locks list\` |

To add a root, add a consumer to \`${config}\`, run \`${statelock} synth\` and \`${statelock} bootstrap\`, and copy
\`cdktf.out/backends/<name>/backend.tf\` into the root.
`;
}
