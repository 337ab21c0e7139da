import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { runIn } from "../run-command";
import { repository, type Repository } from "../../../lab/machine/repository";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import {
  createWorkspace,
  type CommandResult,
  type RunningCommand,
  type Workspace,
} from "../../../lab/machine/workspace";
import { awsClients, type AwsClients } from "./aws-clients";
import { legacyTable } from "./legacy-table";

export const FLEET_BUCKET = "acme-tfstate";
export const FLEET_TABLE = "locks";

/** How a root's backend locks. */
export type RootPhase = "dynamodb" | "both" | "lockfile";

const ARGUMENTS: Readonly<Record<RootPhase, string>> = {
  dynamodb: `    dynamodb_table = "${FLEET_TABLE}"\n`,
  both: `    dynamodb_table = "${FLEET_TABLE}"\n    use_lockfile   = true\n`,
  lockfile: "    use_lockfile   = true\n",
};

/** A plain root's file; what it holds is inside Terraform, and needs no provider. */
export function legacyRoot(key: string, phase: RootPhase): string {
  return `terraform {
  backend "s3" {
    bucket         = "${FLEET_BUCKET}"
    key            = "${key}"
${ARGUMENTS[phase]}  }
}

variable "value" {
  default = "first"
}

variable "hold" {
  default = ""
}

resource "terraform_data" "content" {
  input = var.value
}

resource "terraform_data" "held" {
  count            = var.hold == "" ? 0 : 1
  triggers_replace = var.hold

  provisioner "local-exec" {
    command = "until [ -e \${var.hold} ]; do sleep 0.05; done"
  }
}
`;
}

/** Roots that lock in one table, on an AWS of their own: a bucket with versions, a table, a git repository. */
export interface LegacyFleet {
  readonly standIn: StandIn;
  readonly aws: AwsClients;
  readonly workspace: Workspace;
  readonly project: Repository;
  /** Writes `live/<name>/main.tf`. */
  write(name: string, phase: RootPhase, key?: string): void;
  /** The same, and initializes it: that fails on a stale digest. */
  root(name: string, phase: RootPhase, key?: string): Promise<void>;
  /** Runs terraform in a root; a failure is a result. */
  terraform(name: string, ...args: readonly string[]): Promise<CommandResult>;
  apply(name: string, value: string): Promise<CommandResult>;
  /** Starts an apply that holds its lock until {@link letGo}, and returns once it is at work. */
  hold(name: string): Promise<RunningCommand>;
  letGo(name: string): void;
  /** Runs `statelock` in this process. */
  statelock(...args: readonly string[]): Promise<CommandResult>;
  /** MD5 of a state's bytes. */
  md5(key: string): Promise<string>;
  stop(): Promise<void>;
}

/** @param env added to what everything that runs in it gets */
export async function legacyFleet(env: Readonly<Record<string, string>> = {}): Promise<LegacyFleet> {
  const standIn = await startStandIn();
  const inherited = { ...process.env };
  Object.assign(process.env, standIn.env);
  const aws = awsClients(standIn);
  await aws.s3.send(new CreateBucketCommand({ Bucket: FLEET_BUCKET }));
  await aws.s3.send(
    new PutBucketVersioningCommand({ Bucket: FLEET_BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
  );
  await legacyTable(aws.dynamoDb, FLEET_TABLE);
  const workspace = createWorkspace({ env: { ...standIn.env, ...env } });
  workspace.write(".gitignore", ".terraform\n.terraform.lock.hcl\ngo-on\ncdktf.out\n");
  const project = await repository(workspace);
  const folder = (name: string): string => workspace.path("live", name);
  const terraform = (name: string, ...args: readonly string[]): Promise<CommandResult> =>
    workspace.terraform(args, { cwd: folder(name) });
  const write = (name: string, phase: RootPhase, key = name): void => {
    workspace.write(`live/${name}/main.tf`, legacyRoot(key, phase));
  };
  return {
    standIn,
    aws,
    workspace,
    project,
    terraform,
    write,
    root: async (name, phase, key = name) => {
      write(name, phase, key);
      requireSuccess(await terraform(name, "init", "-reconfigure"));
    },
    apply: (name, value) => terraform(name, "apply", "-auto-approve", `-var=value=${value}`),
    hold: async (name) => {
      let atWork = (): void => undefined;
      const working = new Promise<void>((resolve) => (atWork = resolve));
      const args = ["apply", "-no-color", "-input=false", "-auto-approve", "-var=hold=go-on"];
      const apply = workspace.start("terraform", args, {
        cwd: folder(name),
        onStdout: (text) => {
          if (text.includes("Provisioning with")) atWork();
        },
      });
      await Promise.race([working, apply.done.then(requireSuccess)]);
      return apply;
    },
    letGo: (name) => void workspace.write(`live/${name}/go-on`, ""),
    statelock: (...args) => runIn(workspace, args),
    md5: async (key) => {
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: FLEET_BUCKET, Key: key }));
      return createHash("md5")
        .update((await Body?.transformToByteArray()) ?? "")
        .digest("hex");
    },
    stop: async () => {
      process.env = inherited;
      aws.close();
      await workspace.remove();
      await standIn.stop();
    },
  };
}
