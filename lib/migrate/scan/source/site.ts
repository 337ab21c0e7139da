import type { Attribute, Block, Body, Span, Value } from "../../../hcl/syntax";
import type { FileKind } from "./file-kind";

/** One place in a file that sets arguments of an S3 backend. */
export interface Site extends Span {
  /**
   * `backend`: a `backend` block. `partial`: a whole `.tfbackend` file. `reader`: the config of a
   * `terraform_remote_state`. `terragrunt`: the config of a `remote_state`.
   */
  readonly role: "backend" | "partial" | "reader" | "terragrunt";
  readonly syntax: "hcl" | "json";
  readonly line: number;
  /** The type of the backend, `s3`. A partial file has none. */
  readonly type: string | undefined;
  /** The name of a reader's data source. */
  readonly label?: string;
  /** Undefined if the whole object is computed: `config = merge(…)`. */
  readonly arguments: readonly Attribute[] | undefined;
  /** Blocks inside the backend. No engine takes one. @default - none */
  readonly blocks?: readonly Block[];
  /** The text of the heredoc that it is in: a program writes it into another file. @default - it is in no heredoc */
  readonly heredoc?: Span;
}

/** A version constraint and its line. */
export interface WrittenVersion {
  readonly text: string;
  readonly line: number;
}

/** A file that was read. */
export interface SourceFile {
  /** The path below the scanned directory. */
  readonly path: string;
  /** The path after all links are resolved: the same for two paths of one file. */
  readonly realPath: string;
  readonly kind: FileKind;
  readonly text: string;
  readonly sites: readonly Site[];
  /** The tool that writes the file again and again. @default - people write it */
  readonly generatedBy?: string;
  /** Lines of `cloud` blocks, which replace a backend. @default - none */
  readonly clouds?: readonly number[];
  /** See `BackendSites`. */
  readonly body?: Body;
  /** Every `required_version` in the file. */
  readonly requiredVersions: readonly WrittenVersion[];
  /** See `BackendSites`. */
  readonly isForOpenTofu?: boolean;
}

/** Returns the folder of a POSIX path; `.` for a file at the top. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at === -1 ? "." : at === 0 ? "/" : path.slice(0, at);
}

/** Returns the last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Returns the argument of this name. A name such as `endpoints.dynamodb` selects an entry of an object. */
export function argument(site: Pick<Site, "arguments">, name: string): Attribute | undefined {
  const dot = name.indexOf(".");
  const [outer, inner] = dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
  const found = site.arguments?.find((candidate) => candidate.name === outer);
  if (inner === undefined) return found;
  return found?.value.kind === "object" ? found.value.entries.find((entry) => entry.name === inner) : undefined;
}

/** True if an engine has to evaluate the value: it is not a literal. */
export function isComputed(value: Value): boolean {
  if (value.kind === "object") return value.entries.some((entry) => isComputed(entry.value));
  if (value.kind === "list") return value.items.some(isComputed);
  return value.kind === "expression" && !value.isConstant;
}
