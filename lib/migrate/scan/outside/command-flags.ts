import type { Setting } from "../configuration/phase";

/** What the `-backend-config` flags in a line give a backend. */
interface GivenFlags {
  readonly table: Setting;
  /** True if a flag turns the lock file off, or computes whether it is on. */
  readonly isLockOff: boolean;
  /** True if a flag has a computed name: it may be any argument. */
  readonly isVague: boolean;
  /** The files that flags name, as written. A computed part is `*`. */
  readonly files: readonly string[];
  /** The arguments with a plain name. */
  readonly pairs: ReadonlyMap<string, Setting>;
}

const NO_FLAGS: GivenFlags = { table: undefined, isLockOff: false, isVague: false, files: [], pairs: new Map() };

/** `-backend-config=X`, `--backend-config "X"`, `["-backend-config", "X"]`, `backend_config_file: X`. */
const GIVEN =
  /(?:-?-backend-config(?:\\?["'])?(?:\s*[=,]\s*|\s+)|\bbackend_config_file["']?\s*[:=]\s*)\$?\\?["'`]?(\.{1,2}\\[\w.\\-]+|[^\s"'`\\,;)\]]+)/g;

/** What begins a value that {@link GIVEN} does not find. A flag at the end of a line has its value on the next one. */
const BEGUN = /-backend-config(?:\\?["'`])?(?:\s*[=,]|\s+[^\s"'`\\,;)\]]|\\?["'`]\s*[+.])/g;

/** A value that a shell, a pipeline, a template or a program fills in. */
export const COMPUTED_TEXT =
  /\$?\{\{[^}]{0,500}\}\}|\$\([^)]{0,500}\)|<%[^%]{0,500}%>|#\{[^}]{0,500}\}|\$\{[^}]{0,500}\}|\$\w+|\$[@*]|%\w{1,500}%|!\w{1,100}!|\{[\w.!]{0,500}\}|%(?:\[\d+\])?[sqv@](?!\w)|\\{1,2}\([^()]{0,200}\)/g;

/** Texts that a program joins: `"a" + "b"` is one, and in `"a" + name + "b"` the name is computed. */
const JOINED =
  /(["'`])[ \t]{0,9}\+[ \t]{0,9}(?:["'`]|([A-Za-z_$][\w$.]{0,100}(?:\([^()]{0,200}\)|\[[^\]]{0,200}\])?)(?:[ \t]{0,9}\+[ \t]{0,9}["'`])?)/g;

/** `name + "="`: the rest of the text follows. */
const LEADING = /(?<=[\s,(=])[A-Za-z_$][\w$.]{0,100}[ \t]{0,9}\+[ \t]{0,9}["'`]/g;

/** A variable as the next item of a list. */
const IN_LIST = /(-backend-config["'`]\s{0,9},\s{0,9})([A-Za-z_$][\w$]{0,100})(?=[\s,)\]]|$)/g;

/** Names of variables that hold the name of a file. */
const OF_FILE = /file|path|conf|hcl|tfbackend|tfvars/i;

/** A value that stands where a program puts something. */
const PLACE = /^(?:%(?:\[\d+\])?[sqv@]|\{\d*\})$/;

/** Returns what the flags in a line say about locking, and the files that they name. */
export function flagsIn(line: string): GivenFlags {
  if (!/backend[-_]config/.test(line)) return NO_FLAGS;
  const computed: string[] = [];
  const marked = (found: string): string => `\u0001${String(computed.push(found) - 1)}\u0002`;
  const plain = withMarks(line, marked)
    .replace(IN_LIST, (_, flag: string, name: string) => flag + marked(name))
    .replace(LEADING, marked)
    .replace(JOINED, (_, _quote, name?: string) => (name === undefined ? "" : marked(name)));
  const restored = (text: string): string =>
    text.replace(/\u0001(\d+)\u0002/g, (_, index: string) => computed[Number(index)] ?? "");
  const given = [...plain.matchAll(GIVEN)].map(([, value = ""]) => value);
  const pairs = given.filter((value) => value.includes("="));
  const names = pairs.map((value) => value.slice(0, value.indexOf("=")));
  const valueOf = (wanted: readonly string[]): string | undefined => {
    const pair = pairs.find((_, index) => wanted.includes(names[index] ?? ""));
    return pair === undefined ? undefined : restored(pair.slice(pair.indexOf("=") + 1));
  };
  const others = given.filter((value) => !value.includes("="));
  const isWhole = (value: string): boolean => /^(?:\u0001\d+\u0002)+$/.test(value);
  const isOfFile = (value: string): boolean =>
    OF_FILE.test(PLACE.test(restored(value)) ? line.replaceAll("backend-config", "") : restored(value));
  // The value of a lone name comes from elsewhere: `A=-backend-config=dynamodb_table`, then `$A=locks`.
  const alone = given.find((value) => /^(?:dynamodb_table|lock_table)$/.test(value));
  const table = valueOf(["dynamodb_table", "lock_table"]) ?? (alone === undefined ? undefined : `$${alone}`);
  const lockfile = valueOf(["use_lockfile"]);
  const begun = [...plain.matchAll(BEGUN)].length;
  return {
    table: table === undefined ? undefined : writtenSetting(table),
    isLockOff: lockfile !== undefined && lockfile !== "true" && lockfile !== "1",
    isVague:
      begun > given.length ||
      names.some((name) => !/^[\w.-]+$/.test(name)) ||
      others.some((value) => (isWhole(value) ? !isOfFile(value) : !/[\w*]/.test(value))),
    files: others
      .filter((value) => !isWhole(value))
      .map((value) => value.replace(/\u0001\d+\u0002/g, "*").replaceAll("\\", "/")),
    pairs: new Map(
      pairs.flatMap((pair, index) => {
        const name = names[index] ?? "";
        return /^[\w.]+$/.test(name) ? [[name, writtenSetting(restored(pair.slice(name.length + 1)))] as const] : [];
      }),
    ),
  };
}

/** Marks what is computed in a line. A computed part that has flags itself stays, and what is computed in it is marked. */
function withMarks(line: string, marked: (found: string) => string): string {
  return line.replace(COMPUTED_TEXT, (found) =>
    found.includes("-backend-config") ? found.slice(0, 1) + withMarks(found.slice(1), marked) : marked(found),
  );
}

/** A flag at the end of a line, whose value is on the next one: continued, the next item of a list, the next call. */
const AT_END = /-backend-config\\?["'`]?\s{0,9}=?\s{0,9}(?:[,)\]]{0,3};?|[\\^`]|["'`]?\s{0,9}\+)\s*$/;

/** What may be before the value on that line. */
const BEFORE_VALUE =
  /^\s*(?:-\s+(?:--?[\w-]{1,60}=)?|[\w.@$]{1,100}\s*(?:\+=|<<)\s*\(?|(?:[\w$]{1,100}\.){1,9}\w{1,100}\()?\s*/;

/** Returns a line of a command with the value of a flag at its end, which the next line has; undefined if there is no such flag. */
export function continuedFlag(line: string, next: string | undefined): string | undefined {
  if (next === undefined || next.trim() === "" || !AT_END.test(line)) return undefined;
  return `${line.replace(AT_END, "")}"-backend-config", ${next.replace(BEFORE_VALUE, "")}`;
}

/** Returns a value in a command as a setting: computed if it has a variable. */
export function writtenSetting(value: string): Setting {
  return /[$`{}%<>()]/.test(value) ? { expression: value } : { value };
}

const MOST_PARTS = 4;

/** Returns a pattern for the paths that a command may mean by the name of a file; undefined if it may be any file. */
export function namedFile(written: string): RegExp | undefined {
  const path = written.replace(/^(?:\.{1,2}\/)+|^\*?\//, "");
  if (!/[\w]/.test(path.replaceAll("*", ""))) return undefined;
  const parts = path.replace(/\*+/g, "*");
  // To match more computed parts could take forever.
  if (parts.split("*").length > MOST_PARTS) return undefined;
  const literal = parts.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]+");
  return new RegExp(`(?:^|/)${literal}$`);
}

/** Returns a pattern for the folders that a command with computed parts may mean. */
export function rootPattern(root: string): RegExp {
  const literal = root.replace(/\*+/g, "*").replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(root === "**" ? "" : `(?:^|/)${literal.replaceAll("*", "[^/]+")}$`);
}
