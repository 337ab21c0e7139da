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
  /(?:-?-backend-config(?:\\?["'])?(?:\s*[=,]\s*|\s+)|\bbackend_config_file["']?\s*[:=]\s*)\\?["'`]?([^\s"'`\\,;)\]]+)/g;

/** A value that a shell, a pipeline, a template or a program fills in. */
export const COMPUTED =
  /\$?\{\{[^}]{0,500}\}\}|\$\([^)]{0,500}\)|<%[^%]{0,500}%>|\$\{[^}]{0,500}\}|\$\w+|\$[@*]|%\w{1,500}%|\{[\w.!]{0,500}\}/g;

/** Names of variables that hold the name of a file. */
const OF_FILE = /file|path|conf|hcl|tfbackend|tfvars/i;

/** Returns what the flags in a line say about locking, and the files that they name. */
export function flagsIn(line: string): GivenFlags {
  if (!/backend[-_]config/.test(line)) return NO_FLAGS;
  const computed: string[] = [];
  const plain = line.replace(COMPUTED, (found) => `\u0001${String(computed.push(found) - 1)}\u0002`);
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
  // The value of a lone name comes from elsewhere: `A=-backend-config=dynamodb_table`, then `$A=locks`.
  const alone = given.find((value) => /^(?:dynamodb_table|lock_table)$/.test(value));
  const table = valueOf(["dynamodb_table", "lock_table"]) ?? (alone === undefined ? undefined : `$${alone}`);
  const lockfile = valueOf(["use_lockfile"]);
  return {
    table: table === undefined ? undefined : writtenSetting(table),
    isLockOff: lockfile !== undefined && lockfile !== "true" && lockfile !== "1",
    isVague:
      names.some((name) => name.includes("\u0001")) ||
      others.some((value) => isWhole(value) && !OF_FILE.test(restored(value))),
    files: others.filter((value) => !isWhole(value)).map((value) => value.replace(/\u0001\d+\u0002/g, "*")),
    pairs: new Map(
      pairs.flatMap((pair, index) => {
        const name = names[index] ?? "";
        return /^[\w.]+$/.test(name) ? [[name, writtenSetting(restored(pair.slice(name.length + 1)))] as const] : [];
      }),
    ),
  };
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
