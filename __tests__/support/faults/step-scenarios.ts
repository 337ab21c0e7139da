import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FakeS3 } from "../../../lab/memory/memory-s3";
import type { Run } from "../run-command";
import {
  codesIn,
  codesText,
  FILE,
  NOW,
  plantFleet,
  projectOf,
  projects,
  TABLE,
  type Project,
} from "./migrate-scenarios";
import type { PlantedFault } from "./play";
import { nothing, STATE, type Scenario } from "./scenarios";

interface Answer {
  readonly moves?: readonly unknown[];
  readonly moved?: readonly unknown[];
  readonly refusals?: readonly unknown[];
}

/** A root on `both` that a client on `both` has locked, as the record says. */
function overlappingProject(): Project {
  const project = projectOf(`${TABLE}\nuse_lockfile = true`)();
  const states = { [`acme-tfstate/${STATE}`]: { both: new Date(Date.now() - 60_000).toISOString() } };
  writeFileSync(join(project.workingDirectory, "statelock.migration.json"), JSON.stringify({ version: 1, states }));
  return project;
}

function isRewritten(s3: FakeS3): boolean {
  return !readFileSync(join(projects.get(s3) ?? "", "app", FILE), "utf8").includes(TABLE);
}

/** A step that could not look does not go on; what S3 says itself, it may believe. */
function wrongOf(run: Run, s3: FakeS3, goesOn: boolean, planted: PlantedFault | undefined): string[] {
  const codes = codesIn(run);
  return [
    ...((run.code === 0) === goesOn ? [] : ["the exit code is not what happened"]),
    ...(run.code === 1 && planted?.kind.isWord !== true ? ["what could not be told is told as no"] : []),
    ...(run.code !== 0 && codes.length === 0 ? ["nothing says why"] : []),
    ...(s3.body(STATE) === NOW ? [] : ["the state was touched"]),
  ];
}

const shared = {
  settings: overlappingProject,
  plant: plantFleet(NOW),
  parallel: true,
  waits: true,
  writes: true,
  mayDelete: nothing,
};

const plan: Scenario = {
  ...shared,
  command: "migrate plan --to lockfile --live",
  args: () => ["migrate", "plan", "--to", "lockfile", "--live", "--json"],
  told: (run) => {
    const { moves = [], refusals = [] } = JSON.parse(run.stdout) as Answer;
    return `${String(moves.length)} to move, ${String(refusals.length)} refused${codesText(run)}`;
  },
  wrong: (run, s3, planted) => {
    const { moves = [] } = JSON.parse(run.stdout) as Answer;
    return [...wrongOf(run, s3, moves.length === 1, planted), ...(isRewritten(s3) ? ["a plan changed a file"] : [])];
  },
};

const apply: Scenario = {
  ...shared,
  command: "migrate apply --to lockfile",
  args: () => ["migrate", "apply", "--to", "lockfile", "--force", "--json"],
  told: (run, s3) => `${isRewritten(s3) ? "the root is moved" : "its files as they were"}${codesText(run)}`,
  wrong: (run, s3, planted) => {
    const { moved = [] } = JSON.parse(run.stdout) as Answer;
    return [
      ...wrongOf(run, s3, isRewritten(s3), planted),
      ...((moved.length === 1) === isRewritten(s3) ? [] : ["it is not as it was told"]),
    ];
  },
};

/** The steps forward of `migrate`. `scan` and `init` ask AWS for nothing themselves. */
export const STEP_SCENARIOS: readonly Scenario[] = [plan, apply];
