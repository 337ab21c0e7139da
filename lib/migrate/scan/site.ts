import type { Attribute, Span } from "../../hcl/syntax";
import type { FileKind } from "./file-kind";

/** One place where arguments of an S3 backend are written. */
export interface Site extends Span {
  /**
   * `backend`: a `backend` block. `partial`: a whole `.tfbackend` file. `reader`: the config of a
   * `terraform_remote_state`. `terragrunt`: the config of a `remote_state`.
   */
  readonly role: "backend" | "partial" | "reader" | "terragrunt";
  readonly syntax: "hcl" | "json";
  readonly line: number;
  /** The backend's type, `s3`; undefined in a partial file, which does not say. */
  readonly type: string | undefined;
  /** The name of the data source that is read with it. */
  readonly label?: string;
  /** Undefined where they are computed as a whole: `config = merge(…)`. */
  readonly arguments: readonly Attribute[] | undefined;
}

/** One file, read. */
export interface SourceFile {
  /** As it was found. */
  readonly path: string;
  /** Where links end: two paths of one file have the same. */
  readonly realPath: string;
  readonly kind: FileKind;
  readonly text: string;
  readonly sites: readonly Site[];
  /** Every `required_version` in it. */
  readonly requiredVersions: readonly string[];
}

/** The folder of a path, `.` at the top. Paths are POSIX throughout. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at === -1 ? "." : at === 0 ? "/" : path.slice(0, at);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The argument of that name; of `endpoints.dynamodb`, the entry in the object. */
export function argument(site: Pick<Site, "arguments">, name: string): Attribute | undefined {
  const [outer, inner] = name.split(".");
  const found = site.arguments?.find((candidate) => candidate.name === outer);
  if (inner === undefined) return found;
  return found?.value.kind === "object" ? found.value.entries.find((entry) => entry.name === inner) : undefined;
}
