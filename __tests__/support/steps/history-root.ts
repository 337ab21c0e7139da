import { requireSuccess } from "../../../lab/machine/require-success";
import {
  createWorkspace,
  type CommandResult,
  type RunningCommand,
  type Workspace,
} from "../../../lab/machine/workspace";
import { heldApply } from "./held-apply";

/** Strings that no command may print; the first is in every state of a {@link historyRoot}, sensitive. */
export const CANARY = "CANARY-SECRET-5f0c";

export interface HistoryRoot {
  readonly workspace: Workspace;
  readonly stateKey: string;
  /** The same, and an error where it fails. */
  succeed(...args: readonly string[]): Promise<CommandResult>;
  terraform(...args: readonly string[]): Promise<CommandResult>;
  /** Applies with this note, and with as many more resources. */
  apply(note: string, more?: number): Promise<CommandResult>;
  /** Plans the same; exit code 0: nothing to do, 2: something. */
  plan(note: string, more?: number): Promise<CommandResult>;
  /** Starts an apply that holds the lock until {@link letGo}, and returns once it does. */
  holdApply(): Promise<RunningCommand>;
  letGo(): void;
}

interface HistoryRootOptions {
  readonly bucket: string;
  readonly stateKey: string;
  /** Locks in S3 and in this table. @default - in S3 alone */
  readonly table?: string;
  /** @default true */
  readonly useLockfile?: boolean;
  /** The content of an `encryption` block. @default - none */
  readonly encryption?: string;
}

const MAIN = `variable "note" {
  default = "first"
}

variable "more" {
  type    = number
  default = 0
}

variable "hold" {
  type    = bool
  default = false
}

resource "terraform_data" "note" {
  input = var.note
}

resource "terraform_data" "secret" {
  input = sensitive("${CANARY}")
}

resource "terraform_data" "more" {
  count = var.more
  input = "\${var.note}-\${count.index}"
}

resource "terraform_data" "held" {
  count = var.hold ? 1 : 0

  provisioner "local-exec" {
    command = "until [ -e go-on ]; do sleep 0.05; done"
  }
}

output "note" {
  value = terraform_data.note.output
}

output "password" {
  sensitive = true
  value     = terraform_data.secret.output
}
`;

/** A root whose resources are inside Terraform, initialized. */
export async function historyRoot(
  env: Readonly<Record<string, string>>,
  { bucket, stateKey, table, useLockfile = true, encryption }: HistoryRootOptions,
): Promise<HistoryRoot> {
  const workspace = createWorkspace({ env });
  const settings = [
    `bucket = "${bucket}"`,
    `key = "${stateKey}"`,
    "encrypt = true",
    `use_lockfile = ${String(useLockfile)}`,
    ...(table === undefined ? [] : [`dynamodb_table = "${table}"`]),
  ];
  const encrypted = encryption === undefined ? "" : `  encryption {\n${encryption}\n  }\n`;
  const backend = `  backend "s3" {\n    ${settings.join("\n    ")}\n  }\n`;
  workspace.write("main.tf", `terraform {\n${backend}${encrypted}}\n\n${MAIN}`);
  requireSuccess(await workspace.terraform(["init"]));
  const terraform: HistoryRoot["terraform"] = (...args) => workspace.terraform(args);
  const succeed: HistoryRoot["succeed"] = async (...args) => requireSuccess(await terraform(...args));
  const variables = (note: string, more: number): string[] => [`-var=note=${note}`, `-var=more=${String(more)}`];
  return {
    workspace,
    stateKey,
    terraform,
    succeed,
    apply: (note, more = 0) => succeed("apply", "-auto-approve", ...variables(note, more)),
    plan: (note, more = 0) => terraform("plan", "-detailed-exitcode", ...variables(note, more)),
    holdApply: () => heldApply(workspace),
    letGo: () => void workspace.write("go-on", ""),
  };
}
