/** Environment variable that names the folder in which applies leave and remove their marks. */
export const SCENE = "STORY_SCENE";

/** What an apply says when it finds another one at work on the same state. */
const TWO_AT_ONCE = "two at once";

/** Does a moment's work that finds out whether anybody else is at it: making a folder is atomic. */
export function witnessCommand(state: string): string {
  const place = `"$${SCENE}/${state}"`;
  return `mkdir ${place} || { echo ${TWO_AT_ONCE} in ${state} >&2; exit 1; }; sleep 0.4; rmdir ${place}`;
}

/** The marks that a state held before, read under the lock of the apply that adds its own. */
export function marksOf(remoteState: string): string {
  return `concat(try(data.terraform_remote_state.${remoteState}[0].outputs.marks, []), [var.mark])`;
}

/**
 * What a plain root holds: every apply adds its mark to those that its own state held before, and does work that finds
 * out who else is at work. No provider is needed.
 */
export function witnessedWork(bucket: string, key: string, { workspaceKeyPrefix }: WorkOptions = {}): string {
  const prefix = workspaceKeyPrefix === undefined ? "" : `\n    workspace_key_prefix = "${workspaceKeyPrefix}"`;
  return `variable "mark" {
  default = "none"
}

variable "first" {
  type    = bool
  default = false
}

variable "key" {
  default = "${key}"
}

data "terraform_remote_state" "own" {
  count     = var.first ? 0 : 1
  backend   = "s3"
  workspace = terraform.workspace
  config = {
    bucket = "${bucket}"
    key    = var.key${prefix}
  }
}

resource "terraform_data" "work" {
  triggers_replace = var.mark

  provisioner "local-exec" {
    command = <<-EOT
      ${witnessCommand('${terraform.workspace}-${replace(var.key, "/", "-")}')}
    EOT
  }
}

output "marks" {
  value = ${marksOf("own")}
}
`;
}

export interface WorkOptions {
  /** @default - Terraform's own */
  readonly workspaceKeyPrefix?: string;
}
