import { settingOf, type Configuration, type Place } from "../configuration/configuration";
import { rootPattern } from "./command-flags";
import { isOverride } from "../source/file-kind";
import { DYNAMODB_TABLE, setting, type Setting } from "../configuration/phase";
import { argument, baseName, type Site } from "../source/site";

/**
 * A value that somebody has to fill in: `{{ name }}`, `<NAME>`, `__NAME__`, `@NAME@`, `#{NAME}`, `<%= name %>`, or `TODO` and its
 * like as the whole value.
 */
const PLACEHOLDER =
  /\{\{.*\}\}|<%.*%>|#\{[^{}]+\}|^<[^<>]+>|<[A-Z][A-Z0-9_ -]+>|__[A-Z][A-Z0-9_]*__|@[A-Z][A-Z0-9_]+@|^"?(?:TODO|CHANGE_?ME|REPLACE_?ME)(?![\w./-])/;

/** A bucket's name has no upper case, so these words in it are to be filled in. A key may have them. */
const IN_BUCKET = /TODO|CHANGE_?ME|REPLACE_?ME/;

/** A whole name of a bucket or of a table, which can have none of these signs: `$NAME`, `$(NAME)`, `%NAME%`, `[[ name ]]`. */
const NO_NAME = /^(?:\$[A-Z][A-Z0-9_]*|\$\([A-Z][A-Z0-9_]*\)|%[A-Z][A-Z0-9_]*%|\[\[.*\]\])$/;

/** True if an argument of a backend is to be filled in, or if a generator makes its folder. */
export function isPlaceholder(configuration: Configuration): boolean {
  return /\{\{.*\}\}/.test(configuration.root) || placeholderNames(configuration).length > 0;
}

/** What is in every text with a value that is to be filled in. An escape sequence may stand for any of it. */
const MAY_HOLD_PLACEHOLDER = /[<@\\%]|\$[\w(]|\[\[|\{\{|#\{|__|TODO|CHANGE_?ME|REPLACE_?ME/;

/** Returns the arguments whose effective value is to be filled in. */
function placeholderNames(configuration: Configuration): string[] {
  const { values, places } = configuration;
  const isPlain = places.length > 0 && places.every(({ file }) => !MAY_HOLD_PLACEHOLDER.test(file.text));
  if (values === undefined && isPlain) return [];
  const names = new Set(["bucket", "key", ...configuration.places.flatMap(({ site }) => argumentNames(site))]);
  return [...names].filter((name) => isToBeFilled(name, settingOf(configuration, name)));
}

/** Returns the names of the arguments of a site, and of what is in its objects. */
function argumentNames({ arguments: given = [] }: Pick<Site, "arguments">): string[] {
  return given.flatMap(({ name, value }) =>
    value.kind === "object" ? value.entries.map((entry) => `${name}.${entry.name}`) : [name],
  );
}

/** How many characters of a value are looked at. */
const LONGEST = 1_000;

/** True for a value that somebody has to fill in. */
export function isToBeFilled(name: string, given: Setting): boolean {
  if (given === undefined) return false;
  const written = ("value" in given ? given.value : given.expression).slice(0, LONGEST);
  if (PLACEHOLDER.test(written)) return true;
  const isName = name === "bucket" || name === DYNAMODB_TABLE;
  return (isName && "value" in given && NO_NAME.test(written)) || (name === "bucket" && IN_BUCKET.test(written));
}

/** True for a partial configuration or an override that is to be filled in: nobody runs a root with it. */
export function isDropped({ file, site }: Place): boolean {
  const isOptional = site.role === "partial" || (site.role === "backend" && isOverride(baseName(file.path)));
  return isOptional && argumentNames(site).some((name) => isToBeFilled(name, setting(argument(site, name), file.text)));
}

/** A command that gives the backend of a root arguments or files. */
interface FillingCommand {
  readonly root: string | undefined;
  readonly given: ReadonlyMap<string, Setting>;
  readonly files: readonly string[];
}

/**
 * Returns a configuration without its values that are to be filled in, if a command runs its root with arguments: then it is a
 * root that people use.
 */
export function filledIn(configuration: Configuration, commands: readonly FillingCommand[]): Configuration {
  const { source, root } = configuration;
  if (commands.length === 0 || (source !== "terraform" && source !== "opentofu")) return configuration;
  const names = placeholderNames(configuration);
  if (names.length === 0 || !commands.some((command) => fills(command, root))) return configuration;
  const values = new Map([...(configuration.values ?? []), ...names.map((name) => [name, undefined] as const)]);
  const { bucket, key } = configuration;
  return {
    ...configuration,
    values,
    bucket: names.includes("bucket") ? undefined : bucket,
    key: names.includes("key") ? undefined : key,
  };
}

function fills({ root, given, files }: FillingCommand, folder: string): boolean {
  if (root === undefined || root === "**" || given.size + files.length === 0) return false;
  return root.includes("*") ? rootPattern(root).test(folder) : root === folder;
}
