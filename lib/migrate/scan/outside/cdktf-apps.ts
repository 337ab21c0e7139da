import { shown, type Problem } from "../../../problem/problem";
import { isNewerVersion } from "../../../text/own-version";
import type { Configuration } from "../configuration/configuration";
import { isProgram } from "../source/outside-names";
import { baseName, folderOf } from "../source/site";

/** A place where an app of CDKTF makes an S3 backend. */
export interface MadeBackend {
  readonly path: string;
  readonly line: number;
  /** The lines of the call, and some below it. */
  readonly near: string;
}

const MAKES = /(?<!\b(?:class|def|function|interface)\s{1,8})\b(?:New)?S3Backend(?:\.Builder\.create)?\(/;
const LOCKS_ITSELF = /\b(?:set)?[uU]se_?[lL]ockfile["'`]?[\s,:=(]{1,8}(?:jsii\.Bool\()?[tT]rue/;
/** How many lines the arguments of a call may take. */
const CALL = 40;

/** Returns where a program makes S3 backends. */
export function backendsMadeIn(path: string, lines: readonly string[]): MadeBackend[] {
  if (!isProgram(baseName(path))) return [];
  return lines.flatMap((text, index) => {
    const isCode = !/^\s*(?:#|\/\/|\*)/.test(text);
    if (!isCode || text.length > 2_000 || !MAKES.test(text)) return [];
    return [{ path, line: index + 1, near: lines.slice(index, index + CALL).join("\n") }];
  });
}

/** How each language writes the two edits, by the ending of its files. */
const LANGUAGES: readonly (readonly [RegExp, { readonly override: string; readonly prop: string }])[] = [
  [/\.py$/, { override: 'stack.add_override("terraform.backend.s3.use_lockfile", True)', prop: "use_lockfile=True" }],
  [/\.cs$/, { override: 'stack.AddOverride("terraform.backend.s3.use_lockfile", true)', prop: "UseLockfile = true" }],
  [
    /\.go$/,
    {
      override: 'stack.AddOverride(jsii.String("terraform.backend.s3.use_lockfile"), jsii.Bool(true))',
      prop: "UseLockfile: jsii.Bool(true)",
    },
  ],
  [
    /\.(?:java|kts?|scala)$/,
    { override: 'stack.addOverride("terraform.backend.s3.use_lockfile", true)', prop: ".useLockfile(true)" },
  ],
  [/$/, { override: 'stack.addOverride("terraform.backend.s3.use_lockfile", true)', prop: "useLockfile: true" }],
];

/** From this version on, cdktn has the prop, and wants to know which engines an app is for. */
const WITH_PROP = "0.24.0";

/**
 * Returns the edit that makes a backend lock in S3. CDKTF 0.21, the last version, has no prop for it; its fork cdktn has one.
 * @param path a source file of the app
 * @param version of CDKTF or cdktn; undefined if nothing says it
 */
export function lockfileEdit(path: string, version?: string): string {
  const { override, prop } = LANGUAGES.find(([ending]) => ending.test(path))?.[1] ?? { override: "", prop: "" };
  if (version === undefined) return `${override}, or ${prop} in cdktn ${WITH_PROP} or later`;
  if (isNewerVersion(WITH_PROP, version)) return override;
  return `${prop}, with "targetVersions": {"terraform": ">=1.10.0"} in cdktf.json`;
}

/** Returns the next step of a synthesized stack with the place in its app. @param written the step as the scan knows it */
export function stepInApp(
  configuration: Pick<Configuration, "root" | "source" | "phase" | "key" | "places">,
  made: readonly MadeBackend[],
  written: string,
  apps: ReadonlySet<string> = new Set(),
): string {
  const { root, source, phase, key, places } = configuration;
  if (source !== "cdktf" || (phase !== "dynamodb" && phase !== "both")) return written;
  const own = made.filter(({ path }) => isAppOf(path, root, apps));
  const named = key !== undefined && "value" in key ? own.filter(({ near }) => isQuotedIn(near, key.value)) : [];
  const makers = named.length > 0 ? named : own;
  const [first] = makers;
  const where =
    first === undefined
      ? "where the app makes this backend (`locking` in the config of Statelock)"
      : `where ${makers.map(({ path, line }) => `${path}:${String(line)}`).join(" or ")} makes this backend`;
  if (phase === "both")
    return `remove its table ${where}, then synthesize, once every root on this state has run with both`;
  const version = /"version": ?"(\d{1,5}\.\d{1,5}\.\d{1,5})/.exec(places[0]?.file.text ?? "")?.[1] ?? "0.21.0";
  return `add ${lockfileEdit(first?.path ?? "main.ts", version)} ${where}, by hand, then synthesize`;
}

/**
 * Returns a problem for each place that makes a backend, and whose app has no output. A lock in S3 needs no output.
 * @param apps folders with a `cdktf.json`
 */
export function unsynthesized(
  made: readonly MadeBackend[],
  configurations: readonly Configuration[],
  apps: ReadonlySet<string> = new Set(),
): Problem[] {
  const stacks = [...new Set(configurations.filter(({ source }) => source === "cdktf").map(({ root }) => root))];
  return made
    .filter(({ path }) => !stacks.some((root) => isAppOf(path, root, apps)))
    .map(({ path, line }) => ({
      code: "not-synthesized",
      path: `${path}:${String(line)}`,
      message: `makes an S3 backend, and ${shown(`${folderOf(path)}/cdktf.out`)} has no cdk.tf.json of it`,
      fix: "Synthesize first, as the project of the app does, then run this command again: Statelock reads the synthesized stacks.",
    }));
}

/** True if the backend says how it locks: the scan reads a literal table elsewhere. */
export function saysItsLock({ near }: MadeBackend): boolean {
  return LOCKS_ITSELF.test(near) || near.includes("terraform.backend.s3.use_lockfile");
}

/** True if this source file is of the app that synthesized the stack in this folder. */
function isAppOf(path: string, stack: string, apps: ReadonlySet<string>): boolean {
  const out = /^(.*?)(?:^|\/)stacks\/[^/]+$/.exec(stack)?.[1] ?? stack;
  const [app, folder] = [folderOf(out), folderOf(path)];
  const own = appAbove(folder, apps);
  if (own !== undefined && own !== appAbove(app, apps)) return false;
  return app === "." || folder === app || folder.startsWith(`${app}/`) || app.startsWith(`${folder}/`);
}

/** Returns the nearest folder at or above one that has a `cdktf.json`. */
function appAbove(folder: string, apps: ReadonlySet<string>): string | undefined {
  if (apps.has(folder)) return folder;
  const above = folderOf(folder);
  return above === folder ? undefined : appAbove(above, apps);
}

function isQuotedIn(text: string, value: string): boolean {
  return ['"', "'", "`"].some((quote) => text.includes(quote + value + quote));
}
