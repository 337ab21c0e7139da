import { COMPUTED_TEXT, flagsIn, rootPattern, writtenSetting } from "./command-flags";
import { configurationOf, type Configuration, type Place } from "../configuration/configuration";
import { namedPartials } from "./named-partials";
import { isProgram } from "../source/outside-names";
import type { Setting } from "../configuration/phase";
import { folderOf, type Site, type SourceFile } from "../source/site";

/** A backend that a text outside of Terraform's own files gives a client: by a command, or in what a program writes. */
export interface OutsideClient {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** The folder of the root that it names, with `*` for a computed part; undefined if it names none. */
  readonly root: string | undefined;
  /** The arguments that it gives, by name. */
  readonly given: ReadonlyMap<string, Setting>;
  /** The partial configurations that it names, as written. */
  readonly files: readonly string[];
}

/** A line of a text, and the folder in which a command runs there. */
export interface OutsideLine {
  readonly index: number;
  readonly text: string;
  readonly root: string | undefined;
}

/** How many lines may be between the flags of one command. */
const NEAR = 2;

/** Returns the commands of a text that give a backend arguments or files. */
export function commandClients(path: string, lines: readonly OutsideLine[]): OutsideClient[] {
  const clients: { client: OutsideClient; last: number }[] = [];
  for (const { index, text, root } of lines) {
    const { pairs, files } = flagsIn(text);
    if (pairs.size === 0 && files.length === 0) continue;
    const before = clients.at(-1);
    const isNew = before === undefined || index - before.last > NEAR || /\binit\b|TF_CLI_ARGS_init/.test(text);
    const given = [...pairs].map(([name, value]) => [name, templateSetting(value)] as const);
    const known = isNew ? undefined : before.client;
    const client = {
      ...(known ?? { path, line: index + 1, root }),
      given: new Map([...(known?.given ?? []), ...given]),
      files: [...(known?.files ?? []), ...files],
    };
    if (isNew) clients.push({ client, last: index });
    else clients[clients.length - 1] = { client, last: index };
  }
  return clients.map(({ client }) => client);
}

/** An argument that says how a backend locks, as HCL, YAML, JSON and programs write it. */
const LOCKS = /dynamodb_?table|use_?lockfile|lock_table/i;

/** Returns the backends that a text writes: the arguments around each one that says how it locks. */
export function blockClients(path: string, lines: readonly OutsideLine[]): OutsideClient[] {
  const clients: OutsideClient[] = [];
  let covered = 0;
  for (const [at, { index, text, root }] of lines.entries()) {
    if (at < covered || !LOCKS.test(text) || isComment(text) || text.includes("-backend-config")) continue;
    const [start, end] = blockAround(lines, at);
    const block = lines.slice(Math.max(start, covered), end).filter((each) => !isComment(each.text));
    covered = end;
    const given = new Map(block.flatMap((each) => argumentsIn(path, each.text)));
    const isWhole = given.has("bucket") && given.has("key");
    if (given.size > 0) clients.push({ path, line: index + 1, root: isWhole ? undefined : root, given, files: [] });
  }
  return clients;
}

/** True for a line that is a comment in most languages. */
export function isComment(line: string): boolean {
  return /^\s*(?:#(?!!)|\/\/)/.test(line);
}

/** How many lines of a block are read in each direction. */
const FARTHEST = 30;

/** Returns the first line of the block around a line, and the one after its last, by brackets and indentation. */
function blockAround(lines: readonly OutsideLine[], at: number): readonly [number, number] {
  const own = indentation(lines[at]?.text ?? "");
  const edge = (step: 1 | -1): number => {
    let [depth, blank] = [0, 0];
    let last = at;
    for (let next = at + step; next >= 0 && next < lines.length && Math.abs(next - at) <= FARTHEST; next += step) {
      const text = lines[next]?.text ?? "";
      blank = text.trim() === "" ? blank + 1 : 0;
      if (blank > 1) break;
      if (blank > 0) continue;
      const [opens, closes] = [/[{([]\s*$/.test(text), /^\s*[})\]]/.test(text)];
      const [enters, leaves] = step === 1 ? [opens, closes] : [closes, opens];
      if (depth > 0 || (enters && !leaves)) {
        depth += (enters ? 1 : 0) - (leaves ? 1 : 0);
        continue;
      }
      if (leaves || indentation(text) < own || (step === 1 && /^\s*- /.test(text)))
        return step === -1 && /[{([]/.test(text) ? next : last;
      last = next;
      if (step === -1 && /^\s*- /.test(text)) break;
    }
    return last;
  };
  const isItem = /^\s*- /.test(lines[at]?.text ?? "");
  return [isItem ? at : edge(-1), edge(1) + 1];
}

function indentation(line: string): number {
  return /^\s*(?:-\s+)?/.exec(line)?.[0].length ?? 0;
}

/** `bucket = "b"`, `bucket: b`, `"bucket": "b"`, `.bucket("b")`, `Bucket: jsii.String("b")`. */
const ARGUMENT =
  /(?<![\w-])([A-Za-z_]\w{1,80})\\?["'`]?\s{0,20}[:=(]\s{0,20}(?:[\w.]{1,60}\()?(\\?["'`]?)([^\s"'`\\,)}\]{[(]{1,500})/g;

/** `PLUGIN_INIT_BACKEND_CONFIG_USE_LOCKFILE`, `TF_STATE_BUCKET`. */
const VARIABLE =
  /^(?:[A-Z]+_)*(?:BACKEND|STATE|INIT|TF|CONFIG)_(?:[A-Z]+_)*?(DYNAMODB_TABLE|USE_LOCKFILE|BUCKET|KEY|REGION)$/;

const DECISIVE: ReadonlySet<string> = new Set([
  ...["bucket", "key", "region", "workspace_key_prefix", "endpoint"],
  ...["dynamodb_table", "lock_table", "use_lockfile"],
]);

function argumentsIn(path: string, line: string): (readonly [string, Setting])[] {
  const plain = line.slice(0, 4_000).replaceAll("\\n", " ");
  return [...plain.matchAll(ARGUMENT)].flatMap(([all, written = "", quote = "", value = ""]) => {
    const name = (VARIABLE.exec(written)?.[1] ?? written.replace(/([a-z])([A-Z])/g, "$1_$2")).toLowerCase();
    if (!DECISIVE.has(name)) return [];
    if (/^(?:true|false)$/i.test(value)) return [[name, { value: value.toLowerCase() }] as const];
    const isCode = quote === "" && (isProgram(path) || (all.includes("=") && value.includes(".")));
    return [[name, isCode ? { expression: value } : templateSetting(writtenSetting(value))] as const];
  });
}

/** Returns a computed text as the template that it is, so that its literal ends still tell states apart. */
function templateSetting(setting: Setting): Setting {
  if (setting === undefined || "value" in setting) return setting;
  const template = setting.expression.replace(COMPUTED_TEXT, "${x}");
  return { expression: /[$`{}%<>()"\\]/.test(template.replaceAll("${x}", "")) ? setting.expression : `"${template}"` };
}

/** How many backends one command may mean by the names of its files. */
const MOST_WAYS = 64;

/**
 * Returns the backends that outside texts give clients, each over the block of the root and under the files that it names.
 * Without a bucket and a key it changes a root that the scan judges anyway, so it is left out.
 */
export function outsideConfigurations(
  clients: readonly OutsideClient[],
  roots: readonly Configuration[],
  partials: readonly Place[],
): Configuration[] {
  const firsts = new Map<string, Configuration>();
  for (const each of roots)
    if (!["reader", "partial", "consumer"].includes(each.source) && !firsts.has(each.root)) firsts.set(each.root, each);
  const meant = ({ root }: OutsideClient): readonly (Configuration | undefined)[] => {
    if (root === undefined || root === "**") return [undefined];
    if (!root.includes("*")) return [firsts.get(root)];
    const found = [...firsts.values()].filter((each) => rootPattern(root).test(each.root));
    return found.length === 0 ? [undefined] : found;
  };
  return clients.flatMap((client) =>
    meant(client).flatMap((root) => {
      if (root !== undefined && client.given.size === 0) return [];
      const below = (root?.places ?? []).filter(({ site }) => site.role !== "partial");
      const values = new Map([...(root?.values ?? []), ...client.given]);
      return waysOf(client, partials).flatMap((files) => {
        const unit = { root: root?.root ?? folderOf(client.path), values };
        const found = configurationOf("partial", [ownPlace(client), ...below, ...files], unit);
        const isNamed = found.bucket !== undefined || found.key !== undefined;
        return isNamed && (client.given.size > 0 || files.length > 0) ? [found] : [];
      });
    }),
  );
}

/** Returns the files of each way to run a command: a name with computed parts may mean several files. */
function waysOf(client: OutsideClient, partials: readonly Place[]): Place[][] {
  let ways: Place[][] = [[]];
  for (const written of client.files) {
    const meant = namedPartials(client, written, partials);
    if (meant.length > 0) ways = ways.flatMap((way) => meant.map((place) => [...way, place])).slice(0, MOST_WAYS);
  }
  return ways;
}

function ownPlace({ path, line }: OutsideClient): Place {
  const kind = { role: "outside", syntax: "hcl", tool: "terraform" } as const;
  const file: SourceFile = { path, realPath: path, kind, text: "", sites: [], requiredVersions: [] };
  const site: Site = { role: "partial", syntax: "hcl", type: "s3", line, start: 0, end: 0, arguments: [] };
  return { file, site };
}
