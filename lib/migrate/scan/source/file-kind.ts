import { isOutside, mayBeText } from "./outside-names";

/** How Terraform, OpenTofu or Terragrunt read a file, judged by its name alone. */
export interface FileKind {
  /**
   * `unsure`: a partial configuration if its content is one. `outside`: no file of Terraform, which may run it. `other`: a file
   * whose name says nothing.
   */
  readonly role: "root" | "partial" | "terragrunt" | "cdktf" | "unsure" | "outside" | "other";
  readonly syntax: "hcl" | "json";
  /** Only OpenTofu reads `.tofu`; both tools read `.tf`. */
  readonly tool: "terraform" | "opentofu";
}

/** Ends of file names with their kind. The first match counts. */
const KINDS: readonly (readonly [string, FileKind])[] = [
  [".tf", { role: "root", syntax: "hcl", tool: "terraform" }],
  [".tofu", { role: "root", syntax: "hcl", tool: "opentofu" }],
  [".tf.json", { role: "root", syntax: "json", tool: "terraform" }],
  [".tofu.json", { role: "root", syntax: "json", tool: "opentofu" }],
  [".tfbackend", { role: "partial", syntax: "hcl", tool: "terraform" }],
  [".tfbackend.json", { role: "partial", syntax: "json", tool: "terraform" }],
];

/** What Terraform reads in a root, whatever the rest of the name says: also `example.tf`. */
const OF_ROOT = /\.(?:tf|tofu)(?:\.json)?$/;

const OUTSIDE: FileKind = { role: "outside", syntax: "hcl", tool: "terraform" };

/** A file with any other name. What it is for shows in its text. */
const OTHER: FileKind = { ...OUTSIDE, role: "other" };

/** Files that may be partial configurations, which can have any name. */
const UNSURE =
  /\.(?:tfvars|backend|conf|config|cfg|ini|properties|vars|be|s3|tofubackend|backendconfig)$|^[\w-]*backend[\w-]*(?:\.json)?$/;

/** The file to which CDKTF writes a stack. */
const CDKTF_FILE = "cdk.tf.json";

/** The versions of a root's providers. */
export const LOCK_FILE = ".terraform.lock.hcl";

/** Folders without source files: copied plugins and modules, packages, version control, Statelock's own folder. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  ".terraform",
  ".terragrunt-cache",
  ".terragrunt-stack",
  "node_modules",
  ".git",
  ".statelock",
]);

/** Returns the kind of the file with this base name; undefined if it cannot configure a backend. */
export function fileKind(name: string): FileKind | undefined {
  if (!OF_ROOT.test(name) && isOutside(name)) return OUTSIDE;
  if (name === LOCK_FILE || (isIgnored(name) && OF_ROOT.test(name))) return undefined;
  if (name === CDKTF_FILE) return { role: "cdktf", syntax: "json", tool: "terraform" };
  if (name.endsWith(".hcl")) return { role: "terragrunt", syntax: "hcl", tool: "terraform" };
  if (UNSURE.test(name)) return { role: "unsure", syntax: "hcl", tool: "terraform" };
  return KINDS.find(([ending]) => name.endsWith(ending))?.[1] ?? (mayBeText(name) ? OTHER : undefined);
}

/** Returns the kind of a file that a command names as a partial configuration. */
export function namedPartial(name: string): FileKind {
  return { role: "partial", syntax: name.endsWith(".json") ? "json" : "hcl", tool: "terraform" };
}

/** True for a folder that a scan does not enter. */
export function isSkippedFolder(name: string): boolean {
  return SKIPPED_FOLDERS.has(name);
}

/**
 * True if a file of a root replaces the arguments of the other files instead of adding to them.
 * Source: https://developer.hashicorp.com/terraform/language/files/override
 */
export function isOverride(name: string): boolean {
  if (!name.includes("override")) return false;
  const [stem] = name.split(/\.(?:tf|tofu)(?:\.json)?$/);
  return stem === "override" || stem?.endsWith("_override") === true;
}

/** Terraform ignores hidden files and backup files of editors. Source: internal/configs/parser_config_dir.go, IsIgnoredFile */
function isIgnored(name: string): boolean {
  return name.startsWith(".") || name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"));
}
