import { fixedEnds } from "../../../hcl/string-literal";
import { parseArn } from "../../../policy/arn";
import { sameTable, tableIdentity, type TableIdentity } from "../../../policy/table-identity";
import { shown, type Problem } from "../../../problem/problem";
import { DEFAULT_WORKSPACE_KEY_PREFIX } from "../../../state/state-keys";
import { placeText, settingOf, type Configuration } from "./configuration";
import { isValue, type Setting } from "./phase";
import { grouped } from "../../../text/grouped";

/**
 * Compares the states of two configurations: store, bucket, key and workspace key prefix. Two roots with different prefixes
 * share at most the `default` workspace, so they count as different. Returns `maybe` if a value is computed or in no file, and
 * what is literal in it does not decide.
 */
export function sameState(left: Configuration, right: Configuration): "yes" | "maybe" | "no" {
  const answers = [
    sameBucketName(left.bucket, right.bucket),
    sameSetting(cleaned(left.key), cleaned(right.key)),
    sameSetting(prefixOf(left), prefixOf(right)),
    sameStore(left, right),
  ];
  if (answers.includes("no")) return "no";
  return answers.includes("maybe") ? "maybe" : "yes";
}

/** True if two backends certainly keep their states in one bucket. */
export function sameBucket(left: Configuration, right: Configuration): boolean {
  return sameSetting(left.bucket, right.bucket) === "yes" && sameStore(left, right) === "yes";
}

/** An access point, as `bucket` takes it: no file says to which bucket it leads. */
const ACCESS_POINT = /^arn:[\w-]+:s3[\w-]*:[^/]*accesspoint[:/]|-s3alias$/;

function isAccessPoint(bucket: Setting): boolean {
  return isValue(bucket) && ACCESS_POINT.test(bucket.value);
}

function sameBucketName(left: Setting, right: Setting): "yes" | "maybe" | "no" {
  const answer = sameSetting(left, right);
  return answer === "no" && (isAccessPoint(left) || isAccessPoint(right)) ? "maybe" : answer;
}

/** One of these in two stores is another bucket. A region that no file names may be any, and only AWS has buckets by region. */
function sameStore(left: Configuration, right: Configuration): "yes" | "maybe" | "no" {
  const endpoints = sameSetting(endpointOf(left), endpointOf(right));
  const endpoint = endpointOf(left);
  if (endpoints !== "yes" || (isValue(endpoint) && endpoint.value !== "")) return endpoints;
  const [one, other] = [settingOf(left, "region"), settingOf(right, "region")];
  return isValue(one) && isValue(other) && one.value !== other.value ? "no" : "yes";
}

function endpointOf(configuration: Configuration): Setting {
  const found = settingOf(configuration, "endpoints.s3") ?? settingOf(configuration, "endpoint");
  if (found === undefined || "value" in found) return { value: plainEndpoint(found?.value ?? "") };
  return found;
}

/** Returns an endpoint as it is compared. The engines add `https://`, and an endpoint of AWS leads to AWS, as none does. */
function plainEndpoint(endpoint: string): string {
  const plain = endpoint
    .toLowerCase()
    .replace(/^https:\/\//, "")
    .replace(/\/+$/, "");
  return /^(https?:\/\/)?([\w-]+\.)*amazonaws\.(com|com\.cn|eu)$/.test(plain) ? "" : plain;
}

/** Returns the prefix of the workspaces' states, which has a default. */
function prefixOf(configuration: Configuration): Setting {
  return cleaned(settingOf(configuration, "workspace_key_prefix") ?? { value: DEFAULT_WORKSPACE_KEY_PREFIX });
}

/**
 * Returns the path that a value means: `a//b`, `./a/b` and `a/b/` are `a/b`. Clients before Terraform 1.6 clean every object
 * key, later ones clean the keys of workspaces.
 */
function cleaned(setting: Setting): Setting {
  if (!isValue(setting) || !/^[./]|\/[./]|\/$/.test(setting.value)) return setting;
  const parts: string[] = [];
  for (const part of setting.value.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return { value: parts.join("/") };
}

/**
 * Returns a function that finds the configurations with, or possibly with, the same state as a given one. It is fast for
 * configurations with a known bucket and key.
 */
export function stateIndex<Indexed extends Configuration>(
  configurations: readonly Indexed[],
): (configuration: Configuration) => readonly Indexed[] {
  if (configurations.length === 0) return () => [];
  const indexed = (each: Configuration): string | undefined => (isKnownState(each) ? stateOf(each) : undefined);
  const known = grouped(configurations, indexed);
  const vague = known.get(undefined) ?? [];
  return (configuration) => {
    const state = indexed(configuration);
    const candidates = state === undefined ? configurations : [...(known.get(state) ?? []), ...vague];
    return candidates.filter((other) => sameState(configuration, other) !== "no");
  };
}

/** Groups configurations by state. A configuration with an unknown state is a group of its own. */
export function groupedByState<Grouped extends Configuration>(configurations: readonly Grouped[]): Grouped[][] {
  return [...grouped(configurations, (configuration) => stateOf(configuration) ?? configuration).values()];
}

/**
 * Reports two roots with one state, which overwrite each other, and two files of one root that give one state different
 * locking: their clients may not see each other's locks.
 */
export function duplicateProblems(configurations: readonly Configuration[]): Problem[] {
  const firsts = new Map<string, Configuration[]>();
  const consumers = new Map<string, Configuration[]>();
  return configurations.flatMap((configuration) => {
    const { source } = configuration;
    const state = stateOf(configuration);
    if (source === "reader" || state === undefined) return [];
    // A consumer and its root are the same thing, described twice.
    const [own, others] = source === "consumer" ? [consumers, firsts] : [firsts, consumers];
    const isSame = (other: Configuration): boolean => sameState(configuration, other) === "yes";
    const [first, twin] = [own.get(state)?.find(isSame), others.get(state)?.find(isSame)];
    if (first === undefined) own.set(state, [...(own.get(state) ?? []), configuration]);
    if (first !== undefined && first.root !== configuration.root) return [duplicate(configuration, first)];
    if (first !== undefined && locksDiffer(configuration, first)) return [twoLockings(configuration, first)];
    return twin !== undefined && !excludes(configuration, twin) ? [twoLockings(configuration, twin)] : [];
  });
}

function duplicate(configuration: Configuration, other: Configuration): Problem {
  return {
    code: "duplicate-key",
    path: placeText(configuration),
    message: `must not share its state, got ${shown(stateUrl(configuration))}, which is also the state of ${placeText(other)}`,
    fix: "Give one of them its own key and move its state there: with one key, each apply overwrites the state of the other. If one is a copy that nobody runs, delete it.",
  };
}

/** Reports two configurations of one state that lock it in different ways. */
export function twoLockings(configuration: Configuration, other: Configuration): Problem {
  return {
    code: "two-lockings",
    path: namedPlace(configuration),
    message: `must lock ${shown(stateUrl(configuration))} as ${namedPlace(other)} does (${lockingText(other)}), got ${lockingText(configuration)}`,
    fix: "Write the same locking arguments into both, or delete the one that nobody uses: clients of the two may not see each other's locks.",
  };
}

/** Names the files that tell two configurations of one root apart: alternatives have the same backend block. */
function namedPlace(configuration: Configuration): string {
  const partials = configuration.places.slice(1).map(({ file }) => file.path);
  return [placeText(configuration), ...partials].join(" + ");
}

/** Returns how a configuration locks, as words. */
export function lockingText({ phase, table }: Configuration): string {
  return isValue(table) && table.value !== "" ? `${phase} in the table ${shown(table.value)}` : phase;
}

/** True if two configurations of one state lock it in different ways. */
export function locksDiffer(left: Configuration, right: Configuration): boolean {
  return left.phase !== right.phase || !isSameTable(left, right);
}

/** True if a lock of one is a lock for the other. Phases that are not known are reported elsewhere. */
function excludes(left: Configuration, right: Configuration): boolean {
  if (left.phase === "unknown" || right.phase === "unknown") return true;
  const [inTable, withFile] = [
    [left, right].every(({ phase }) => phase === "dynamodb" || phase === "both"),
    [left, right].every(({ phase }) => phase === "lockfile" || phase === "both"),
  ];
  return withFile || (inTable && isSameTable(left, right));
}

/** False if two backends certainly lock in two tables. A region or an account that no file names may be any. */
function isSameTable(left: Configuration, right: Configuration): boolean {
  const [one, other] = [left.table, right.table];
  if (!isValue(one) || !isValue(other)) return JSON.stringify(one) === JSON.stringify(other);
  return sameTable(tableOf(left, one.value), tableOf(right, other.value)) && tableStore(left) === tableStore(right);
}

/** Returns the table of a backend. A plain name belongs to the region and to the account that the backend works in. */
function tableOf(configuration: Configuration, name: string): TableIdentity {
  const literal = (argument: string): string | undefined => {
    const found = settingOf(configuration, argument);
    return isValue(found) ? found.value : undefined;
  };
  const { region = literal("region"), account, ...identity } = tableIdentity(name);
  const role = literal("assume_role.role_arn") ?? literal("role_arn");
  return { ...identity, region, account: account ?? (role === undefined ? undefined : parseArn(role)?.account) };
}

function tableStore(configuration: Configuration): string {
  const endpoint = settingOf(configuration, "endpoints.dynamodb") ?? settingOf(configuration, "dynamodb_endpoint");
  return JSON.stringify(endpoint ?? null);
}

/** True if bucket, key and prefix of a state are literal, and the bucket is not given as an access point. */
export function isKnownState(configuration: Configuration): boolean {
  return stateOf(configuration) !== undefined && !isAccessPoint(configuration.bucket);
}

/** Returns a text that is equal for equal states, if bucket, key and prefix are known. */
function stateOf(configuration: Configuration): string | undefined {
  const { bucket, key } = configuration;
  const [prefix, endpoint] = [prefixOf(configuration), endpointOf(configuration)];
  if (!isValue(bucket) || !isValue(key) || !isValue(prefix) || !isValue(endpoint)) return undefined;
  const path = cleaned(key);
  return JSON.stringify([endpoint.value, bucket.value, isValue(path) ? path.value : "", prefix.value]);
}

/** Returns `s3://bucket/key`; empty if one of them is not known. */
export function stateUrl({ bucket, key }: Configuration): string {
  return isValue(bucket) && isValue(key) ? `s3://${bucket.value}/${key.value}` : "";
}

function sameSetting(left: Setting, right: Setting): "yes" | "maybe" | "no" {
  if (isValue(left) && isValue(right)) return left.value === right.value ? "yes" : "no";
  const [one, other] = [endsOf(left), endsOf(right)];
  if (one === undefined || other === undefined) return "maybe";
  const mayBe =
    (one.start.startsWith(other.start) || other.start.startsWith(one.start)) &&
    (one.end.endsWith(other.end) || other.end.endsWith(one.end));
  return mayBe ? "maybe" : "no";
}

/** Returns how the text of a setting starts and ends: what is literal in a template, or the whole value. */
function endsOf(setting: Setting): { readonly start: string; readonly end: string } | undefined {
  if (setting === undefined) return undefined;
  return isValue(setting) ? { start: setting.value, end: setting.value } : fixedEnds(setting.expression);
}
