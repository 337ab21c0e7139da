import type { Problem } from "../../problem/problem";
import { DEFAULT_WORKSPACE_KEY_PREFIX } from "../../state/state-keys";
import { initializedBackend, type InitializedBackend } from "../../state/initialized-backend";
import type { InitRoot, InitSetup } from "./init-port";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a data folder says about the state of its root: the texts of two files; undefined for a file that is not there. */
export interface DataFolderTexts {
  /** `terraform.tfstate`: the backend. */
  readonly backend: string | undefined;
  /** `environment`: the selected workspace. */
  readonly workspace: string | undefined;
}

/**
 * Returns a problem if `init` led a root to another state, or to another workspace, than it was on. A root that was on
 * none must get the state that its files name, as far as they name one.
 */
export function movedState(
  { root, engine }: InitRoot,
  setup: InitSetup,
  texts: { readonly before: DataFolderTexts; readonly after: DataFolderTexts },
  env: Environment,
): Problem | undefined {
  const [before, after] = [texts.before, texts.after].map(({ backend }) => initializedBackend(backend, env));
  const ran = `\`${engine.name} init\``;
  const problem = (message: string, fix: string): Problem => ({
    code: "state-moved",
    path: root,
    message: `${message}. Statelock put .terraform back`,
    fix,
  });
  const look = `Look for variables in the backend (TF_VAR_…, .tfvars), for TF_CLI_ARGS_init, and for an edit of its backend. If the move is meant, run ${ran} in that root yourself.`;
  // A first init that failed early has written nothing.
  if (before === undefined && after === undefined) return undefined;
  if (before !== undefined && !isSameState(before, after))
    return problem(
      `must stay on its state ${placeOf(before, after)}, but ${ran} led to ${placeOf(after, before)}`,
      look,
    );
  if (before === undefined && after !== undefined && !isDeclared(setup, after))
    return problem(
      `must get the state that its files name, ${placeOf(declared(setup))}, but ${ran} led to ${placeOf(after)}`,
      look,
    );
  const [was, is] = [texts.before, texts.after].map(({ workspace }) => selected(workspace));
  if (before === undefined || was === is) return undefined;
  return problem(
    `must stay in its workspace ${was ?? ""}, but ${ran} selected ${is ?? ""}: it found no state of ${was ?? ""}`,
    `Ask whether ${was ?? ""} was deleted, and whether you may list its states. If nobody needs it, run \`${engine.name} workspace select ${is ?? ""}\` in that root.`,
  );
}

/** Both engines select the workspace `default` if nobody selected one. */
function selected(text: string | undefined): string {
  return text === undefined || text.trim() === "" ? "default" : text.trim();
}

function isSameState(before: InitializedBackend, after: InitializedBackend | undefined): boolean {
  if (after?.type !== before.type) return false;
  if (before.type !== "s3") return true;
  const isElsewhere = before.region !== undefined && after.region !== undefined && before.region !== after.region;
  return (
    !isElsewhere && (["bucket", "key", "prefix", "endpoint"] as const).every((name) => before[name] === after[name])
  );
}

function isDeclared(setup: InitSetup, after: InitializedBackend): boolean {
  const { bucket, key, prefix, endpoint } = setup;
  const isAs = (said: string | undefined, is: string | undefined): boolean => said === undefined || said === is;
  return (
    after.type === "s3" &&
    isAs(bucket, after.bucket) &&
    isAs(key, after.key) &&
    isAs(prefix, after.prefix) &&
    isAs(endpoint?.replace(/\/+$/, ""), after.endpoint)
  );
}

function declared({
  bucket,
  key,
  prefix = DEFAULT_WORKSPACE_KEY_PREFIX,
  endpoint = "",
}: InitSetup): InitializedBackend {
  return { type: "s3", bucket, key, prefix, endpoint, region: undefined };
}

/** Returns a state as text, with what tells it apart from another one. */
function placeOf(state: InitializedBackend | undefined, other?: InitializedBackend): string {
  if (state === undefined) return "no backend";
  if (state.type !== "s3") return `the backend "${state.type}"`;
  const { bucket = "?", key = "?", prefix, endpoint, region } = state;
  return [
    `s3://${bucket}/${key}`,
    ...(prefix === (other?.prefix ?? DEFAULT_WORKSPACE_KEY_PREFIX) ? [] : [`workspaces below ${prefix}`]),
    ...(endpoint === (other?.endpoint ?? "") ? [] : [`at ${endpoint === "" ? "AWS" : endpoint}`]),
    ...(region === undefined || region === (other?.region ?? region) ? [] : [`in ${region}`]),
  ].join(", ");
}
