import type { AccessLevel } from "../../lib/policy/access-level";
import type { EngineDifferences } from "../machine/engine-differences";
import { LOCK_ID, type Before, type Stage, type TerraformRun } from "./stage";

/** One thing that a level is for. */
export interface Step {
  readonly name: string;
  readonly level: AccessLevel;
  /** Only where the consumer has workspaces. */
  readonly workspaces?: boolean;
  /** Only where the consumer locks in DynamoDB too. */
  readonly table?: boolean;
  /** Played in one scenario only: Terraform waits ten seconds for the digest to come right. */
  readonly once?: boolean;
  /** Played where this is so of the engine. @default - under every engine */
  readonly where?: (engine: EngineDifferences) => boolean;
  readonly before?: Before;
  readonly runs: readonly TerraformRun[];
}

const run = (...args: string[]): TerraformRun => ({ args });
const LOCAL_BACKEND = { "backend.tf": 'terraform {\n  backend "local" {}\n}\n' };
const APPLY = ["apply", "-auto-approve"];
const CONSOLE = [{ args: ["console"], input: "1 + 1\n" }];

const step = (level: AccessLevel, name: string, runs: readonly TerraformRun[], before: Before = {}): Step => ({
  name,
  level,
  runs,
  before,
});
/** The same in a workspace that exists. */
const inWorkspace = (of: Step): Step => ({
  ...of,
  name: `${of.name} (workspace)`,
  workspaces: true,
  before: { ...of.before, workspace: "dev" },
});
const both = (of: Step): Step[] => [of, inWorkspace(of)];
const onlyWithWorkspaces = (of: Step): Step => ({ ...of, workspaces: true });

const IMPORTED = { "imported.tf": 'resource "terraform_data" "imported" {}\n' };

/** A state that may follow the one in the bucket. */
function nextState(stage: Stage): string {
  const state = JSON.parse(stage.stateText()) as { serial: number };
  return JSON.stringify({ ...state, serial: state.serial + 1 });
}

/**
 * Every Terraform command that a level adds to the levels before it. For the commands it inherits, the proof replays
 * their requests: the level's policy must allow each of them.
 */
export const STEPS: readonly Step[] = [
  ...both(step("reader", "init", [run("init")], { directory: "fresh" })),
  step("reader", "init before the first apply", [run("init")], { directory: "fresh", bucket: "empty" }),
  step("reader", "init -reconfigure", [run("init", "-reconfigure")]),
  ...both(step("reader", "output", [run("output")])),
  step("reader", "show", [run("show")]),
  step("reader", "state list", [run("state", "list")]),
  step("reader", "state show", [run("state", "show", "terraform_data.note")]),
  ...both(step("reader", "state pull", [run("state", "pull")])),
  ...both(step("reader", "plan -lock=false", [run("plan", "-lock=false")])),
  step("reader", "terraform_remote_state", [run("init"), run(...APPLY)], { directory: "reader" }),
  step("reader", "workspace list", [run("workspace", "list")]),
  onlyWithWorkspaces(step("reader", "workspace select", [run("workspace", "select", "dev")])),

  ...both({
    ...step("reader", "plan -lock=false refuses a state whose digest is stale", [run("plan", "-lock=false")], {
      bucket: "stale-digest",
    }),
    table: true,
    once: true,
  }),

  ...both(step("planner", "plan", [run("plan")])),
  step("planner", "plan before the first apply", [run("plan")], { bucket: "empty" }),
  step("planner", "plan -refresh-only", [run("plan", "-refresh-only")]),
  step("planner", "refresh", [run("refresh")]),
  { ...step("planner", "console", CONSOLE), where: ({ consoleLocks }) => consoleLocks },
  { ...step("reader", "console", CONSOLE), where: ({ consoleLocks }) => !consoleLocks },
  step("planner", "apply, nothing to change", [run(...APPLY)]),
  step("planner", "init -migrate-state to local", [run("init", "-migrate-state", "-force-copy")], {
    files: () => LOCAL_BACKEND,
  }),
  ...both(step("planner", "force-unlock", [run("force-unlock", "-force", LOCK_ID)], { bucket: "locked" })),

  ...both(step("applier", "apply", [run(...APPLY, "-var=note=second")])),
  step("applier", "apply for the first time", [run(...APPLY)], { bucket: "empty" }),
  step("applier", "apply of a saved plan", [run("plan", "-out=p", "-var=note=second"), run("apply", "p")]),
  step("applier", "apply of a state over 5 MiB", [run(...APPLY, "-var=blocks=85")]),
  ...both({
    ...step("applier", "apply whose upload breaks", [run(...APPLY, "-var=blocks=85")], { breaksUpload: true }),
    where: ({ uploadsInParts }) => uploadsInParts,
  }),
  step("applier", "destroy", [run("destroy", "-auto-approve")]),
  step("applier", "import", [run("import", "terraform_data.imported", "some-id")], { files: () => IMPORTED }),
  step("applier", "taint", [run("taint", "terraform_data.note")]),
  step("applier", "untaint", [run("taint", "terraform_data.note"), run("untaint", "terraform_data.note")]),
  step("applier", "state mv", [run("state", "mv", "terraform_data.note", "terraform_data.other")]),
  step("applier", "state rm", [run("state", "rm", "terraform_data.note")]),
  step("applier", "state push", [run("state", "push", "next.json")], {
    files: (stage) => ({ "next.json": nextState(stage) }),
  }),
  step("applier", "init -migrate-state from local", [run("init", "-migrate-state", "-force-copy")], {
    bucket: "empty",
    directory: "local-state",
  }),

  onlyWithWorkspaces(step("workspace-admin", "workspace new", [run("workspace", "new", "fresh")])),
  onlyWithWorkspaces(
    step("workspace-admin", "workspace select -or-create", [run("workspace", "select", "-or-create", "fresh")]),
  ),
  onlyWithWorkspaces(
    step("workspace-admin", "first apply in a new workspace", [run("workspace", "new", "fresh"), run(...APPLY)]),
  ),
  onlyWithWorkspaces({
    ...step("workspace-admin", "workspace delete and new again", [
      run("workspace", "delete", "-force", "dev"),
      run("workspace", "new", "dev"),
    ]),
    table: true,
  }),
  onlyWithWorkspaces(step("workspace-admin", "workspace delete", [run("workspace", "delete", "-force", "dev")])),
  onlyWithWorkspaces(
    step(
      "workspace-admin",
      "init -migrate-state of all workspaces from local",
      [run("init", "-migrate-state", "-force-copy")],
      {
        bucket: "empty",
        directory: "local-state",
        files: (stage) => ({ "terraform.tfstate.d/dev/terraform.tfstate": stage.stateText() }),
      },
    ),
  ),

  ...both(step("unlocker", "force-unlock", [run("force-unlock", "-force", LOCK_ID)], { bucket: "locked" })),
];

/** The levels whose commands a level can do as well. */
export const INHERITED: Readonly<Record<AccessLevel, readonly AccessLevel[]>> = {
  reader: [],
  planner: ["reader"],
  applier: ["reader", "planner"],
  "workspace-admin": ["reader", "planner", "applier"],
  unlocker: [],
};
