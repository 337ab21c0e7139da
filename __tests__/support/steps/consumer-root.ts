import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireSuccess } from "../../../lab/machine/require-success";
import {
  createWorkspace,
  type CommandResult,
  type RunningCommand,
  type Workspace,
} from "../../../lab/machine/workspace";
import { heldApply } from "./held-apply";

/** How a plain root is told its backend: one of the files that synth wrote for its consumer. */
export type BackendWay = "backend.tf" | "backend.tf.json" | "partial configuration";

/** A plain Terraform root that keeps its state in the bucket; its one resource is inside Terraform. */
export interface ConsumerRoot {
  readonly workspace: Workspace;
  readonly init: CommandResult;
  terraform(...args: readonly string[]): Promise<CommandResult>;
  /** The same, and an error where it fails. */
  succeed(...args: readonly string[]): Promise<CommandResult>;
  /** Starts an apply that lasts until {@link letGo}, and returns once it is at work. */
  holdApply(): Promise<RunningCommand>;
  letGo(): void;
}

const GO_ON = "go-on";

/** The block of the variable's default keeps a state small; 100 of them make it larger than 5 MiB. */
const MAIN = `variable "blocks" {
  type    = number
  default = 1
}

variable "hold" {
  type    = bool
  default = false
}

locals {
  block = join("", [for n in range(64) : format("%01024d", n)])
}

resource "terraform_data" "content" {
  input = join("", [for n in range(var.blocks) : local.block])
}

resource "terraform_data" "held" {
  count = var.hold ? 1 : 0

  provisioner "local-exec" {
    command = "until [ -e ${GO_ON} ]; do sleep 0.05; done"
  }
}

output "name" {
  value = "of-\${terraform.workspace}"
}
`;

/** Makes a root with the backend of a consumer below `backends` and initializes it. */
export async function consumerRoot(
  env: Readonly<Record<string, string>>,
  backends: string,
  consumer: string,
  way: BackendWay = "partial configuration",
): Promise<ConsumerRoot> {
  const workspace = createWorkspace({ env });
  const partial = way === "partial configuration";
  workspace.write("main.tf", partial ? `terraform {\n  backend "s3" {}\n}\n\n${MAIN}` : MAIN);
  if (!partial) cpSync(join(backends, consumer, way), workspace.path(way));
  const told = partial ? [`-backend-config=${join(backends, consumer, `${consumer}.s3.tfbackend`)}`] : [];
  const init = requireSuccess(await workspace.terraform(["init", ...told]));
  return {
    workspace,
    init,
    terraform: (...args) => workspace.terraform(args),
    succeed: async (...args) => requireSuccess(await workspace.terraform(args)),
    holdApply: () => heldApply(workspace),
    letGo: () => {
      writeFileSync(workspace.path(GO_ON), "");
    },
  };
}
