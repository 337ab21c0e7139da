import type { Attribute, Span } from "../../hcl/syntax";
import type { Written } from "../../typescript/syntax";
import type { FileKind } from "./file-kind";
import type { Setting } from "./phase";

/** One place where arguments of an S3 backend are written. */
export interface Site extends Span {
  /**
   * `backend`: a `backend` block. `partial`: a whole `.tfbackend` file. `reader`: the config of a
   * `terraform_remote_state`. `terragrunt`: the config of a `remote_state`. `consumer`: one of a `state.config.ts`,
   * whose arguments are those that synth will emit but for how it locks.
   */
  readonly role: "backend" | "partial" | "reader" | "terragrunt" | "consumer";
  readonly syntax: "hcl" | "json" | "typescript";
  readonly line: number;
  /** The backend's type, `s3`; undefined in a partial file, which does not say. */
  readonly type: string | undefined;
  /** The name of the data source that is read with it, or of the consumer. */
  readonly label?: string;
  /** Undefined where they are computed as a whole: `config = merge(…)`. */
  readonly arguments: readonly Attribute[] | undefined;
  /** Of a consumer alone. */
  readonly consumer?: WrittenConsumer;
}

/** A consumer as a config writes it. */
export interface WrittenConsumer {
  /** In the list of consumers, from 0. */
  readonly index: number;
  /** How it locks, by itself or by default. */
  readonly locking: Setting;
  /** How it locks where it says nothing itself. */
  readonly standard: Setting;
  readonly legacyTable: Setting;
  readonly account: Setting;
  readonly written: Written;
  /** Why its `locking` cannot be changed where it stands: the line, and what is there. */
  readonly fixed: { readonly line: number; readonly got: string } | undefined;
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
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The argument of that name; of `endpoints.dynamodb`, the entry in the object. */
export function argument(site: Pick<Site, "arguments">, name: string): Attribute | undefined {
  const [outer, inner] = name.split(".");
  const found = site.arguments?.find((candidate) => candidate.name === outer);
  if (inner === undefined) return found;
  return found?.value.kind === "object" ? found.value.entries.find((entry) => entry.name === inner) : undefined;
}
