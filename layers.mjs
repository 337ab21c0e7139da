import { readdirSync } from "node:fs";
import { posix } from "node:path";

const ROOT = import.meta.dirname;

/** What every action that works on states and locks may use. */
const ACTION = [
  "lib/text",
  "lib/engine",
  "lib/problem",
  "lib/work",
  "lib/state",
  "lib/policy",
  "lib/inventory",
  "lib/lock",
  "zod",
];

/** What a command may use: the actions, their adapters, the screen. Constructs and stacks are not among it. */
const COMMAND = [
  ...ACTION,
  "lib/files",
  "lib/hcl",
  "lib/config",
  "lib/record",
  "lib/history",
  "lib/verify",
  "lib/bootstrap",
  "lib/migrate/scan/source",
  "lib/migrate/scan/configuration",
  "lib/migrate/scan/consumer",
  "lib/migrate/scan/expression",
  "lib/migrate/scan",
  "lib/migrate/rewrite",
  "lib/migrate/live",
  "lib/migrate/step",
  "lib/migrate/table",
  "lib/aws",
  "lib/programs",
  "cli/screen",
  "cli/options",
  "commander",
  "node:crypto",
  "node:fs",
  "node:os",
  "node:path",
  "node:timers",
];

/**
 * The rooms of this project and what each may import: other rooms, single files of other rooms, and packages. What is
 * not listed is forbidden. ESLint enforces the table, and docs/explanation/architecture.md shows it.
 *
 * A room is a folder with everything below it, except folders that are rooms themselves. Lower rooms come first: a room
 * imports only from rooms above it in this list, so no circle is possible.
 */
export const LAYERS = {
  "lib/text": {
    holds: "plain text, quoting, lists and groups, durations, JSON, digests, the own version",
    imports: ["node:crypto", "node:net", "./package.json"],
  },
  "lib/engine": {
    holds: "the two engines: names, binaries, floors, which one a run uses and which one its texts name",
    imports: ["lib/text", "node:async_hooks"],
  },
  "lib/problem": { holds: "`Problem` and `UserError`", imports: ["lib/text", "zod"] },
  "lib/work": { holds: "limited concurrency, progress, interruption", imports: ["lib/text"] },
  "lib/state": {
    holds: "what a Terraform state is: parser, serials, digests, keys, workspaces",
    imports: ["lib/engine", "lib/text", "lib/problem", "node:crypto", "node:util", "zod"],
  },
  "lib/policy": {
    holds: "policy documents, access levels, guard, key policy, size limits, partitions",
    imports: ["lib/engine", "lib/text", "lib/problem", "lib/state"],
  },
  "lib/hcl": {
    holds: "HCL with positions; the only room that loads the parsers",
    imports: [
      "@cdktf/hcl2json",
      "@tree-sitter-grammars/tree-sitter-hcl",
      "jsonc-parser",
      "node:fs",
      "node:module",
      "node:worker_threads",
      "web-tree-sitter",
    ],
  },
  "lib/files": {
    holds: "whole-file writes, process lock, finding and replacing a project's files",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "ignore",
      "node:crypto",
      "node:fs",
      "node:os",
      "node:path",
      "zod",
    ],
  },
  "lib/config": {
    holds: "what an operator writes: types, schema, environment, the resolved home",
    imports: ["lib/engine", "lib/problem", "lib/policy", "lib/text", "zod"],
  },
  "lib/record": {
    holds: "the two committed records: bootstrap and migration",
    imports: [
      "lib/text",
      "lib/problem",
      "lib/state",
      "lib/engine",
      "lib/policy",
      "lib/files",
      "lib/config",
      "node:fs",
      "node:path",
      "zod",
    ],
  },
  "lib/config/rules": {
    holds: "the rules on a config; each returns every problem it finds",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/state",
      "lib/policy",
      "lib/config",
      "lib/record",
      "node:net",
    ],
  },
  "lib/home": {
    holds: "config → `StateHome` → its papers (policies, guard, key policy)",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/state",
      "lib/policy",
      "lib/config",
      "lib/record",
      "lib/config/rules",
    ],
  },
  "lib/init": { holds: "the files that `statelock init` writes", imports: ["lib/engine", "lib/config"] },
  "lib/inventory": {
    holds: "the inventory that synth writes and commands read",
    imports: ["lib/engine", "lib/text", "lib/problem", "lib/state", "lib/policy", "lib/config", "zod"],
  },
  "lib/backend": {
    holds: "backend settings, the lock backend construct, backend files",
    imports: [
      "lib/engine",
      "lib/problem",
      "lib/policy",
      "lib/config",
      "lib/config/rules",
      "lib/home",
      "cdktf",
      "constructs",
    ],
  },
  "lib/bucket": {
    holds: "constructs: bucket, key, logs, managed policies, roles",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/policy",
      "lib/config",
      "lib/home",
      "@cdktf/provider-aws",
      "cdktf",
      "constructs",
    ],
  },
  "lib/artifacts": {
    holds: "builds the inventory and writes the files of synth",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/state",
      "lib/policy",
      "lib/files",
      "lib/config",
      "lib/home",
      "lib/inventory",
      "lib/backend",
      "node:fs",
      "node:path",
    ],
  },
  "lib/lock": {
    holds: "locks in S3 and in DynamoDB: list, take, hold, wait, release",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/work",
      "lib/state",
      "lib/policy",
      "lib/inventory",
      "node:crypto",
      "zod",
    ],
  },
  "lib/history": {
    holds: "versions of a state: list, compare, restore",
    imports: [...ACTION, "node:crypto"],
  },
  "lib/verify": {
    holds: "checks of a bucket, its guard, its key, its locks, its policies and its record",
    imports: [...ACTION, "lib/record"],
  },
  "lib/bootstrap": {
    holds: "the bootstrap run: what is there, what follows, in which order",
    imports: [...ACTION, "lib/config", "lib/record", "lib/verify"],
  },
  "lib/migrate/scan/source": {
    holds: "one file: its kind, its backends with positions, the version constraints in it",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/hcl/syntax",
      "lib/hcl/json-parser",
      "lib/files/project-files",
    ],
  },
  "lib/migrate/scan/configuration": {
    holds: "one way in which a root is configured: places, settings, phase; which share a state",
    imports: [
      "lib/text",
      "lib/problem",
      "lib/state",
      "lib/policy",
      "lib/hcl/syntax",
      "lib/hcl/string-literal",
      "lib/files/project-files",
      "lib/inventory",
      "lib/migrate/scan/source",
    ],
  },
  "lib/migrate/scan/outside": {
    holds: "backends outside of Terraform's files: commands, pipelines, templates, apps of CDKTF",
    imports: [
      "lib/text",
      "lib/problem",
      "lib/hcl/syntax",
      "lib/files/project-files",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
    ],
  },
  "lib/migrate/scan/consumer": {
    holds: "the consumers of a config, and backends that differ from what synth writes",
    imports: [
      "lib/text",
      "lib/problem",
      "lib/files/project-files",
      "lib/config",
      "lib/inventory",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
    ],
  },
  "lib/migrate/scan/expression": {
    holds: "values of HCL expressions: functions, operators, variables of a root",
    imports: ["lib/hcl/syntax", "lib/hcl/json-parser", "lib/hcl/string-literal", "lib/migrate/scan/source"],
  },
  "lib/migrate/scan/terragrunt": {
    holds: "follows Terragrunt's files to the backend of each unit, without running Terragrunt",
    imports: [
      "lib/text",
      "lib/problem",
      "lib/hcl/syntax",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/outside",
      "lib/migrate/scan/expression",
    ],
  },
  "lib/migrate/scan/root": {
    holds: "combines the files of a root, and reports files that hide a backend or compete with it",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/outside",
      "lib/migrate/scan/terragrunt",
    ],
  },
  "lib/migrate/scan/version": {
    holds: "engines and versions: floors, constraints, version managers",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/files/project-files",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
    ],
  },
  "lib/migrate/scan/obstacle": {
    holds: "what an operator has to fix before a root can move",
    imports: [
      "lib/engine",
      "lib/problem",
      "lib/hcl/syntax",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/version",
    ],
  },
  "lib/migrate/scan": {
    holds: "the scan of a whole project: reads, judges, says the next step",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/policy",
      "lib/hcl/syntax",
      "lib/files/git-ignored",
      "lib/files/project-files",
      "lib/config",
      "lib/inventory",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/outside",
      "lib/migrate/scan/consumer",
      "lib/migrate/scan/terragrunt",
      "lib/migrate/scan/root",
      "lib/migrate/scan/version",
      "lib/migrate/scan/obstacle",
    ],
  },
  "lib/migrate/rewrite": {
    holds: "changes backend arguments in text, and proves that nothing else changed",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/policy",
      "lib/hcl/alike",
      "lib/hcl/syntax",
      "lib/files/project-files",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/outside",
      "lib/migrate/scan/obstacle",
      "lib/migrate/scan",
      "diff",
      "node:util",
    ],
  },
  "lib/migrate/live": {
    holds: "what S3 and DynamoDB say about the roots of a fleet",
    imports: [
      ...ACTION,
      "lib/config",
      "lib/record",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/expression",
      "lib/migrate/scan",
    ],
  },
  "lib/migrate/step": {
    holds: "one step of a migration: plan, apply, init, rollback",
    imports: [
      ...ACTION,
      "lib/files/project-files",
      "lib/config",
      "lib/config/rules",
      "lib/record",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/outside",
      "lib/migrate/scan",
      "lib/migrate/rewrite",
      "lib/migrate/live",
    ],
  },
  "lib/migrate/table": {
    holds: "the legacy table: scrub its digests, retire it",
    imports: [
      ...ACTION,
      "lib/files/project-files",
      "lib/config",
      "lib/record",
      "lib/migrate/scan/source",
      "lib/migrate/scan/configuration",
      "lib/migrate/scan/outside",
      "lib/migrate/scan/consumer",
      "lib/migrate/scan",
      "lib/migrate/live",
      "lib/migrate/step",
    ],
  },
  "lib/aws": {
    holds: "adapters over the AWS SDK; the only room that imports it",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/work",
      "lib/state",
      "lib/policy",
      "lib/lock",
      "lib/history",
      "lib/verify",
      "lib/bootstrap",
      "lib/migrate/live",
      "lib/migrate/step",
      "lib/migrate/table",
      "@aws-sdk/client-dynamodb",
      "@aws-sdk/client-iam",
      "@aws-sdk/client-kms",
      "@aws-sdk/client-s3",
      "@aws-sdk/client-sts",
      "@aws-sdk/credential-providers",
      "http-proxy-agent",
      "https-proxy-agent",
      "node:buffer",
      "node:crypto",
      "node:fs",
      "node:http",
      "node:https",
      "node:net",
      "node:os",
      "node:path",
      "node:timers",
    ],
  },
  "lib/programs": {
    holds: "adapters over terraform, tofu, git and synth; the only room that starts processes",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/work",
      "lib/config",
      "lib/inventory",
      "lib/bootstrap",
      "lib/files/inside",
      "lib/files/left-file",
      "lib/files/plain-file",
      "lib/files/project-files",
      "lib/files/whole-file",
      "lib/state/initialized-backend",
      "lib/migrate/step",
      "node:buffer",
      "node:child_process",
      "node:fs",
      "node:module",
      "node:os",
      "node:path",
      "node:timers",
      "node:url",
      "sucrase",
      "zod",
    ],
  },
  stacks: {
    holds:
      "composition: the bootstrap stack, consumer stacks, a whole home, the built-in app; the demo uses the library",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/files/plain-file",
      "lib/record",
      "lib/artifacts",
      "lib/programs/load-config",
      "lib/index",
      "lib/policy",
      "lib/config",
      "lib/home",
      "lib/backend",
      "lib/bucket",
      "@cdktf/provider-aws",
      "@cdktf/provider-random",
      "cdktf",
      "constructs",
    ],
  },
  lib: {
    holds: "the public surface of the library",
    imports: [
      "lib/engine",
      "lib/problem",
      "lib/policy",
      "lib/config",
      "lib/home",
      "lib/backend",
      "lib/bucket",
      "stacks",
    ],
  },
  ".": {
    holds: "`main.ts` and `state.config.ts`: a project that uses the library",
    imports: ["lib/index", "stacks/index"],
  },
  "cli/screen": {
    holds: "output, colours, tables, progress, prompts, problems as text",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/work",
      "cli-table3",
      "commander",
      "node:readline",
      "node:util",
      "picocolors",
      "zod",
    ],
  },
  "cli/options": {
    holds: "options that several commands share",
    imports: [
      "lib/engine",
      "lib/text",
      "lib/problem",
      "lib/state",
      "lib/files",
      "lib/inventory",
      "lib/lock",
      "lib/verify",
      "lib/aws",
      "cli/screen",
      "./package.json",
      "commander",
      "node:crypto",
      "node:fs",
      "node:os",
      "node:path",
    ],
  },
  "cli/init": {
    holds: "`statelock init`",
    imports: [...COMMAND, "lib/home", "lib/init", "./package.json"],
  },
  "cli/synth": { holds: "`statelock synth`", imports: COMMAND },
  "cli/completion": { holds: "`statelock completion`", imports: ["cli/screen", "commander", "@bomb.sh/tab"] },
  "cli/bootstrap": { holds: "`statelock bootstrap`", imports: COMMAND },
  "cli/verify": { holds: "`statelock verify`", imports: COMMAND },
  "cli/locks": { holds: "`statelock locks …`", imports: COMMAND },
  "cli/history": { holds: "`statelock history …`", imports: COMMAND },
  "cli/migrate": { holds: "`statelock migrate …`", imports: COMMAND },
  cli: {
    holds: "the program: its commands and the exit code",
    imports: [
      "lib/text",
      "lib/engine",
      "lib/programs/engine-choice",
      "lib/work",
      "lib/problem",
      "lib/lock",
      "lib/history",
      "lib/verify",
      "lib/migrate/live",
      "lib/migrate/step",
      "cli/screen",
      "cli/options",
      "cli/init",
      "cli/synth",
      "cli/completion",
      "cli/bootstrap",
      "cli/verify",
      "cli/locks",
      "cli/history",
      "cli/migrate",
      "./package.json",
      "commander",
      "zod",
    ],
  },
};

/** The folders of a room: its own and those below it that are no rooms themselves. */
function foldersOf(room) {
  if (room === ".") return ["."];
  const below = readdirSync(posix.join(ROOT, room), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => posix.relative(ROOT, posix.join(entry.parentPath, entry.name)));
  return [room, ...below.filter((folder) => roomOf(folder) === room)];
}

/** The room that a folder belongs to: the longest listed path that the folder is under. */
function roomOf(folder) {
  const rooms = Object.keys(LAYERS).filter((room) => folder === room || folder.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

const isRoom = (name) => name in LAYERS;
const isFileOfOurs = (name) => name.startsWith("./") || /^(lib|cli|stacks)\//.test(name);
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The entries of ESLint's configuration that enforce {@link LAYERS}: one for each folder. */
export function layerRules(everywhere = []) {
  return Object.entries(LAYERS).flatMap(([room, { imports }]) =>
    foldersOf(room).map((folder) => ({
      files: [folder === "." ? "*.ts" : `${folder}/*.ts`],
      rules: {
        "no-restricted-imports": [
          "error",
          { patterns: [...everywhere, ourFiles(folder, [room, ...imports]), packages(imports)] },
        ],
      },
    })),
  );
}

const SEE = "layers.mjs does not allow this import. Take what you need as a port, or move the code to the right room.";

function ourFiles(folder, allowed) {
  const below = (target) => escaped(relativeTo(folder, target));
  const places = allowed.flatMap((name) => {
    if (isRoom(name)) return foldersOf(name).map((target) => `${below(target)}/[^/]+`);
    if (!isFileOfOurs(name)) return [];
    return name.endsWith("/index") ? [below(name), below(posix.dirname(name))] : [below(name)];
  });
  return { regex: `^(?!(?:${places.join("|")})$)\\.`, message: SEE };
}

function relativeTo(folder, target) {
  const path = posix.relative(folder, target);
  return path.startsWith(".") ? path : path === "" ? "." : `./${path}`;
}

function packages(allowed) {
  const names = allowed.filter((name) => !isRoom(name) && !isFileOfOurs(name)).map(escaped);
  const exceptions = names.length === 0 ? "" : `(?:${names.join("|")})(?:/|$)|`;
  return { regex: `^(?!${exceptions}\\.)`, message: SEE };
}

/** {@link LAYERS} as the Markdown table of the architecture page. */
export function layersTable() {
  const named = (names) => (names.length === 0 ? "nothing" : names.map((name) => `\`${name}\``).join(", "));
  const rows = Object.entries(LAYERS).map(([room, { holds, imports }]) => {
    const ours = imports.filter((name) => isRoom(name) || isFileOfOurs(name));
    const others = imports.filter((name) => !ours.includes(name));
    return `| \`${room}\` | ${holds} | ${named(ours)} | ${named(others)} |`;
  });
  return ["| room | holds | imports rooms | imports packages |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
