import { product } from "../../engine/spoken-engine";
import { DEFAULT_WORKSPACE_KEY_PREFIX, LOCK_SUFFIX, PROBE_PREFIX } from "../../state/state-keys";
import { found, shown, type Problem } from "../../problem/problem";

/** S3's limit for a key, in bytes of UTF-8. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES = 1024;
/** Bytes for a workspace's name, which Terraform puts between prefix and key. */
const WORKSPACE_NAME_BYTES = 90;

/** Checks a state key. Refuses what Terraform refuses, and what Terraform accepts and then handles in two ways. */
export function stateKeyProblems(key: string): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "state-key", path: "key", message, fix });
  return [
    ...pathProblems(key, at),
    ...found([
      key.endsWith(LOCK_SUFFIX) &&
        at(
          `must not end in ${LOCK_SUFFIX}, got ${shown(key)}`,
          "Use another ending, such as terraform.tfstate: that suffix belongs to locks.",
        ),
      key.startsWith(PROBE_PREFIX) &&
        at(
          `must not begin with ${PROBE_PREFIX}, got ${shown(key)}`,
          "Choose another folder: `statelock verify` writes its probes there, and reports no lock there.",
        ),
    ]),
  ];
}

/** Checks a workspace key prefix. */
export function workspacePrefixProblems(prefix: string): Problem[] {
  return pathProblems(prefix, (message, fix) => ({
    code: "workspace-prefix",
    path: "workspaceKeyPrefix",
    message,
    fix,
  }));
}

/** Returns a problem if the longest object key of the consumer does not fit into S3. */
export function keyLengthProblems(key: string, workspaceKeyPrefix: string | undefined): Problem[] {
  const bytes = (text: string): number => Buffer.byteLength(text, "utf8");
  const workspaces = workspaceKeyPrefix === undefined ? 0 : bytes(workspaceKeyPrefix) + WORKSPACE_NAME_BYTES + 2;
  const longest = workspaces + bytes(key) + LOCK_SUFFIX.length;
  return found([
    longest > KEY_BYTES && {
      code: "state-key",
      path: "key",
      message: `must make object keys of at most ${String(KEY_BYTES)} bytes with lock suffix and workspace, got ${String(longest)}`,
      fix: `Shorten key or workspaceKeyPrefix by ${String(longest - KEY_BYTES)} bytes.`,
    },
  ]);
}

/** Terraform cleans the path of an object, but not the prefix that it lists. So an unclean path means two places. */
function pathProblems(path: string, at: (message: string, fix: string) => Problem): Problem[] {
  if (path.trim() === "")
    return [
      at(`must not be empty, got ${shown(path)}`, "Use a path of plain names between slashes, or remove the field."),
    ];
  const segments = path.split("/");
  const shared = `${DEFAULT_WORKSPACE_KEY_PREFIX}/`;
  return found([
    path.startsWith(shared) &&
      at(
        `must not be below "${shared}", got ${shown(path)}`,
        `Choose another folder: ${product()} looks there for workspaces of every root without a workspace_key_prefix, and would take this state for one.`,
      ),
    (path.startsWith("/") || path.endsWith("/")) &&
      at(`must not begin or end with "/", got ${shown(path)}`, `Remove that slash: ${product()} refuses it.`),
    path.includes("//") &&
      at(
        `must not hold "//", got ${shown(path)}`,
        `Use one slash: ${product()} lists and writes different paths for two.`,
      ),
    segments.some((segment) => segment === "." || segment === "..") &&
      at(
        `must not hold a "." or ".." segment, got ${shown(path)}`,
        `Write out the path: ${product()} lists and writes different paths for this one.`,
      ),
    /[*?]|[$%]\{/.test(path) &&
      at(
        `must not hold *, ?, \${ or %{, got ${shown(path)}`,
        "Use plain characters: these are patterns in IAM or templates in HCL.",
      ),
    /[\u0000-\u001f\u007f-\u009f\\"]|[^\u0000-\u00ff]|^\s|\s$/.test(path) &&
      at(
        `must hold only Latin letters, digits and plain punctuation, got ${shown(path)}`,
        "Use letters, digits and -_./ without white space at the ends: IAM cannot name other characters, quotes or backslashes.",
      ),
  ]);
}
