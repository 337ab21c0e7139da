import { join } from "node:path";
import { killGroup } from "../../../lab/machine/kill-group";
import { createShim, type Ambush, type Shim } from "../../../lab/machine/shim";
import type { RequestRecord, StandIn } from "../../../lab/stand-in/stand-in";
import { testEngine } from "../../../lab/machine/test-engine";
import type { CommandResult } from "../../../lab/machine/workspace";
import { homeProject, type HomeProject, type HomeProjectOptions } from "./home-project";

/** A request at which a run dies: before it has its effect, or after, when the answer is still to come. */
interface RequestMoment {
  readonly when: "before" | "after";
  readonly request: (request: RequestRecord, project: HomeProject) => boolean;
  /** Which matching request of the run. @default 1 */
  readonly nth?: number;
  /** Whether its Terraform dies with it, as when the machine does. @default - it lives on */
  readonly withTerraform?: true;
}

/** Where a run of `statelock bootstrap` dies: at a request, or at a call of terraform. */
export type Moment = RequestMoment | Ambush;

/** A project whose runs can be killed at an exact moment. */
export interface KillableProject extends HomeProject {
  /** Runs `statelock bootstrap --yes` and kills it at a moment. */
  killAt(moment: Moment): Promise<CommandResult>;
  /** Process id of the last Terraform, which leads a group of its own. */
  terraformPid(): number;
}

export function killableProject(standIn: StandIn, options: HomeProjectOptions): KillableProject {
  const project = homeProject(standIn, { ...options, app: "node __tests__/support/fixtures/watched-app.mjs" });
  const { name } = testEngine();
  const path = `${project.path("..", "..", "bin")}:${process.env["PATH"] ?? ""}`;
  const shim = createShim({ directory: project.path("..", "shim"), program: name, path });
  const env = {
    PATH: `${shim.directory}:${path}`,
    STATELOCK_ENGINE: project.path("__tests__", "support", "fixtures", "terraform-with-pid.sh"),
    TERRAFORM_PROGRAM: name,
    TERRAFORM_PID_FILE: join(shim.directory, "pid"),
  };
  const start: HomeProject["start"] = (args, run) => project.start(args, { env, ...run });
  const killable: KillableProject = {
    ...project,
    start,
    bootstrap: (args, run) => start(args, run).done,
    killAt: (moment) => killAt(killable, moment, { standIn, shim }),
    terraformPid: () => Number(project.read("..", "shim", "pid")),
  };
  return killable;
}

interface Traps {
  readonly standIn: StandIn;
  readonly shim: Shim;
}

async function killAt(project: KillableProject, moment: Moment, { standIn, shim }: Traps): Promise<CommandResult> {
  if ("match" in moment) {
    shim.arm(moment);
    return project.start(["--yes"]).done;
  }
  let seen = 0;
  const trap = async (request: RequestRecord): Promise<"drop" | undefined> => {
    if (!project.owns(request) || !moment.request(request, project)) return undefined;
    seen += 1;
    if (seen !== (moment.nth ?? 1)) return undefined;
    run.kill("SIGKILL");
    if (moment.withTerraform) killGroup(project.terraformPid(), "SIGKILL");
    await run.done;
    return isOfRun(request) || moment.withTerraform ? "drop" : undefined;
  };
  const disarm = moment.when === "before" ? standIn.onRequest(trap) : standIn.afterRequest(trap);
  const run = project.start(["--yes"]);
  try {
    return await run.done;
  } finally {
    disarm();
  }
}

/** A request of the run itself or of its synth, not of the Terraform it started. */
function isOfRun({ userAgent }: RequestRecord): boolean {
  return userAgent.startsWith("aws-sdk-js") || userAgent === "node";
}

type Place = "state" | "lock";

/** A request of the run itself, about the bootstrap stack's state or its lock where one of them is named. */
export function ofRun(operation: string, place?: Place): RequestMoment["request"] {
  return (request, project) => isOfRun(request) && isFor(operation, place, request, project);
}

/** A request of the Terraform that the run started. */
export function ofTerraform(operation: string, place?: Place): RequestMoment["request"] {
  return (request, project) => !isOfRun(request) && isFor(operation, place, request, project);
}

function isFor(operation: string, place: Place | undefined, request: RequestRecord, project: HomeProject): boolean {
  const key = place === "lock" ? `${project.stateKey}.tflock` : project.stateKey;
  return request.operation === operation && (place === undefined || request.key === key);
}

/** The beginning or the end of a synth. */
export function synth(point: "begins" | "ends"): RequestMoment["request"] {
  return ({ bucket, key }) => bucket === "watched-app" && key?.endsWith(`/${point}`) === true;
}

/** The beginning or the end of the synth that follows on writing the record. */
export function recorded(point: "begins" | "ends"): RequestMoment["request"] {
  return (request, project) => project.read("bootstrap.state.json") !== undefined && synth(point)(request, project);
}
