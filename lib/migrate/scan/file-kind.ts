/** What Terraform, OpenTofu or Terragrunt would make of a file, by its name alone. */
export interface FileKind {
  readonly role: "root" | "partial" | "terragrunt" | "cdktf";
  readonly syntax: "hcl" | "json";
  /** OpenTofu alone reads `.tofu`; both read `.tf`. */
  readonly tool: "terraform" | "opentofu";
}

/** By the end of a file's name; the first that fits. */
const KINDS: readonly (readonly [string, FileKind])[] = [
  [".tf", { role: "root", syntax: "hcl", tool: "terraform" }],
  [".tofu", { role: "root", syntax: "hcl", tool: "opentofu" }],
  [".tf.json", { role: "root", syntax: "json", tool: "terraform" }],
  [".tofu.json", { role: "root", syntax: "json", tool: "opentofu" }],
  [".tfbackend", { role: "partial", syntax: "hcl", tool: "terraform" }],
  [".tfbackend.json", { role: "partial", syntax: "json", tool: "terraform" }],
];

const TERRAGRUNT_FILES = ["terragrunt.hcl", "root.hcl"];

/** What cdktf writes a stack to. */
const CDKTF_FILE = "cdk.tf.json";

/**
 * Folders that hold no source: plugins and modules Terraform or Terragrunt copied, packages, version control, and the
 * project's own scratch folder.
 */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  ".terraform",
  ".terragrunt-cache",
  "node_modules",
  ".git",
  ".statelock",
]);

/** The kind of the file with this base name; undefined where it has nothing to do with a backend. */
export function fileKind(name: string): FileKind | undefined {
  if (isIgnored(name)) return undefined;
  if (name === CDKTF_FILE) return { role: "cdktf", syntax: "json", tool: "terraform" };
  if (TERRAGRUNT_FILES.includes(name)) return { role: "terragrunt", syntax: "hcl", tool: "terraform" };
  return KINDS.find(([ending]) => name.endsWith(ending) && name !== ending)?.[1];
}

/** True for a folder that a scan does not look into. */
export function isSkippedFolder(name: string): boolean {
  return SKIPPED_FOLDERS.has(name);
}

/**
 * True where a root's file replaces, rather than joins, what the others say.
 * Source: https://developer.hashicorp.com/terraform/language/files/override
 */
export function isOverride(name: string): boolean {
  const [stem] = name.split(/\.(?:tf|tofu)(?:\.json)?$/);
  return stem === "override" || stem?.endsWith("_override") === true;
}

/** Terraform passes over hidden files and those of editors. Source: internal/configs/parser_config_dir.go, IsIgnoredFile */
function isIgnored(name: string): boolean {
  return name.startsWith(".") || name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"));
}
