import { DEFAULT_WORKSPACE_KEY_PREFIX, LOCK_SUFFIX } from "../../state/state-keys";
import { found, shown, type Problem } from "../../problem/problem";

/** S3's limit for a key, in bytes of UTF-8. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES = 1024;
/** Room that workspaces need: Terraform puts the workspace's name between prefix and key. */
const WORKSPACE_NAME_BYTES = 90;

/** Problems of a state key: what Terraform refuses, and what it accepts and then handles in two ways. */
export function stateKeyProblems(key: string): Problem[] {
  const at = (message: string, fix: string): Problem => ({ code: "state-key", path: "key", message, fix });
  return [
    ...pathProblems(key, at),
    ...found([
      key.endsWith(LOCK_SUFFIX) &&
        at(`must not end in ${LOCK_SUFFIX}, got ${shown(key)}`, "That suffix belongs to locks; use terraform.tfstate."),
    ]),
  ];
}

/** Problems of a workspace key prefix. */
export function workspacePrefixProblems(prefix: string): Problem[] {
  const at = (message: string, fix: string): Problem => ({
    code: "workspace-prefix",
    path: "workspaceKeyPrefix",
    message,
    fix,
  });
  return pathProblems(prefix, at);
}

/** The longest key the consumer can make must fit into S3. */
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

/** Terraform cleans the path of an object but not the prefix it lists, so an unclean path means two places. */
function pathProblems(path: string, at: (message: string, fix: string) => Problem): Problem[] {
  if (path.trim() === "")
    return [
      at(
        `must not be empty, got ${shown(path)}`,
        "Give a path of plain names between slashes, or leave the field out.",
      ),
    ];
  const segments = path.split("/");
  const everybodys = `${DEFAULT_WORKSPACE_KEY_PREFIX}/`;
  return found([
    path.startsWith(everybodys) &&
      at(
        `must not lie below "${everybodys}", got ${shown(path)}`,
        "There Terraform looks for the workspaces of every root without a workspace_key_prefix, and would take this state for one; choose another folder.",
      ),
    (path.startsWith("/") || path.endsWith("/")) &&
      at(`must not begin or end with "/", got ${shown(path)}`, "Remove that slash: Terraform refuses it."),
    path.includes("//") &&
      at(`must not hold "//", got ${shown(path)}`, "Terraform lists and writes different paths for it; use one slash."),
    segments.some((segment) => segment === "." || segment === "..") &&
      at(
        `must not hold a "." or ".." segment, got ${shown(path)}`,
        "Terraform lists and writes different paths for it; write the path out.",
      ),
    /[*?]|[$%]\{/.test(path) &&
      at(
        `must not hold *, ?, \${ or %{, got ${shown(path)}`,
        "They are patterns in IAM or templates in HCL; use plain characters.",
      ),
    /[\u0000-\u001f\u007f-\u009f\\"]|[^\u0000-\u00ff]|^\s|\s$/.test(path) &&
      at(
        `must hold Latin letters, digits and plain punctuation only, got ${shown(path)}`,
        "IAM cannot name other characters, nor quotes, backslashes or white space at the ends; use letters, digits and -_./",
      ),
  ]);
}
