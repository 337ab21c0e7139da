import type { Problem } from "../../problem/problem";
import type { Setting } from "./phase";
import { isProgram, isTemplateName } from "./outside-names";
import { baseName, folderOf } from "./site";

/** A place outside of Terraform's files that configures a backend. Statelock does not change it. */
export interface HandPlace {
  readonly problem: Problem;
  /** The folder of the root that it names; undefined if it names none. */
  readonly root: string | undefined;
  /** The table that it locks in. */
  readonly table: Setting;
}

/** What a text file outside of HCL says about backends. */
export interface OutsideFindings {
  /** Places to change by hand. */
  readonly byHand: readonly HandPlace[];
  /** What an operator should know, and what blocks nothing. */
  readonly hints: readonly Problem[];
  /** Partial configurations that a command names, as written. */
  readonly partials: readonly string[];
}

/** Reads a text file outside of HCL, line by line. */
export function outsideFindings(path: string, text: string): OutsideFindings {
  const nothing = { byHand: [], hints: [], partials: [] };
  if (!/backend|dynamodb_table|terraform|tofu|TF_CLI_ARGS/.test(text)) return nothing;
  if (isTemplateName(baseName(path))) return { ...nothing, hints: templateHints(path, text) };
  const isAboutTerraform = isProgram(path)
    ? /S3Backend|-backend-config/.test(text)
    : /terraform|tofu|terragrunt|\bTF_|PLUGIN_INIT|-backend-config/i.test(text);
  const byHand: HandPlace[] = [];
  const hints: Problem[] = [];
  const partials: string[] = [];
  let folder: string | undefined;
  let blockEnd = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#(?!!)|\/\/)/.test(line)) continue;
    const place = `${path}:${String(index + 1)}`;
    folder = folderIn(line) ?? folder;
    const root = folder === undefined ? undefined : joined(path, folder);
    const { table, files, isSet } = flagsIn(line);
    partials.push(...files);
    const written = isAboutTerraform && index >= blockEnd ? tableIn(line) : undefined;
    if (isSet || written !== undefined) byHand.push({ problem: inCommand(place), root, table: table ?? written });
    if (/\bbackend\s+\\?"s3\\?"/.test(line)) {
      blockEnd = index + blockLines(text, index).length;
      byHand.push({ problem: inText(place), root, table: heredocTable(text, index) });
    }
    if (/-lock[= ]false\b/.test(line)) hints.push(lockOff(place));
    if (isStuckInit(line)) hints.push(stuckInit(place));
  }
  return { byHand: byHand.filter(({ table }) => table !== undefined), hints, partials };
}

/**
 * Returns the backends in texts that a file of Terraform or of its wrappers writes elsewhere, and that the parser of its own
 * language does not read: heredocs, `generate_hcl` of Terramate, the `terraform.tfvars` of old Terragrunt.
 * @param sites how many backends the parser read in a form that holds text
 */
export function writtenBackends(path: string, text: string, known: readonly number[]): HandPlace[] {
  const name = baseName(path);
  const isOwn = /\.(?:tf|tofu)$/.test(name);
  if (isOwn && !WRITES_FILES.test(text)) return [];
  const inside = isOwn ? heredocs(text) : text;
  return inside.split(/\r?\n/).flatMap((line, index) => {
    if (known.includes(index + 1) || /^\s*(?:#|\/\/)/.test(line)) return [];
    const isBackend = /\bbackend\s+\\?"s3\\?"/.test(line) || (!isOwn && /\bremote_state\s*=?\s*\{/.test(line));
    const table = isBackend ? heredocTable(inside, index) : isOwn ? undefined : tableIn(line);
    return table === undefined || ("expression" in table && table.expression === "" && !isBackend)
      ? []
      : [{ problem: inText(`${path}:${String(index + 1)}`), root: undefined, table }];
  });
}

/** Resources that write text to a file, an object or a repository. */
const WRITES_FILES = /^\s*resource\s+"\w*_(?:file|object)"/m;

/** Blanks everything outside of heredocs; lines stay where they are. */
function heredocs(text: string): string {
  let end: RegExp | undefined;
  return text
    .split("\n")
    .map((line) => {
      if (end?.test(line) === true) {
        end = undefined;
        return "";
      }
      if (end !== undefined) return line;
      const [, word] = /<<-?([\w-]+)\s*$/.exec(line) ?? [];
      if (word !== undefined) end = new RegExp(`^\\s*${word}\\s*$`);
      return "";
    })
    .join("\n");
}

/** Returns the arguments that a command passes by `-backend-config`, as far as they concern locking, and the files it names. */
function flagsIn(line: string): {
  readonly table: Setting;
  readonly files: readonly string[];
  readonly isSet: boolean;
} {
  const given = [...line.matchAll(/-?-backend-config[= ]\\?["']?([^\s"'\\,;)\]]+)/g)].map(([, value = ""]) => value);
  const tables = given.filter((value) => /^(?:dynamodb_table|lock_table)=/.test(value));
  const [value] = tables.map((each) => each.slice(each.indexOf("=") + 1));
  return {
    table: value === undefined ? undefined : settingOf(value),
    files: given.filter((each) => !each.includes("=")),
    isSet: tables.length > 0,
  };
}

/** `PLUGIN_INIT_BACKEND_CONFIG_DYNAMODB_TABLE: locks`, `dynamodb_table: locks`, `"dynamodb_table" = "x"` in a script. */
function tableIn(line: string): Setting {
  const [, value] =
    /\b(?:dynamodb_table|DYNAMODB_TABLE|lock_table)["']?\s*[:=]\s*\\?["']?([^\s"'\\,]+)/.exec(line) ?? [];
  return value === undefined || line.includes("-backend-config") ? undefined : settingOf(value);
}

function settingOf(value: string): Setting {
  return /[$`{}%<>()]/.test(value) ? { expression: value } : { value };
}

/** Returns the table of a backend in a heredoc: the first one in the lines below. */
function heredocTable(text: string, index: number): Setting {
  const lines = blockLines(text, index);
  const found = lines.map((line) => /\b(?:dynamodb_table|lock_table)\s*=\s*\\?"?([^\s"\\]+)/.exec(line)?.[1]);
  const table = found.find((each) => each !== undefined);
  if (table !== undefined) return settingOf(table);
  return lines.some((line) => /\buse_lockfile\s*=\s*\\?"?true/.test(line)) ? undefined : { expression: "" };
}

/** How many lines a backend in a text may have. */
const LONGEST_BLOCK = 40;

/** Returns the lines of a block that begins in this line, up to its brace. */
function blockLines(text: string, index: number): string[] {
  const body = text.split(/\r?\n/).slice(index, index + LONGEST_BLOCK);
  const end = body.findIndex((line) => /^\s*}\s*$/.test(line));
  return end === -1 ? body : body.slice(0, end);
}

/** Returns the folder that a command goes to: `cd`, `-chdir`, `working-directory`. */
function folderIn(line: string): string | undefined {
  const found =
    /-chdir[= ]["']?([^\s"']+)/.exec(line) ??
    /\b(?:cd|pushd)\s+["']?([^\s"';&|]+)/.exec(line) ??
    /\bworking[-_]?[dD]irectory["']?\s*:\s*["']?([^\s"']+)/.exec(line) ??
    /^\s*-?\s*(?:dir|project_root|TF_ROOT)["']?\s*:\s*["']?([^\s"']+)/.exec(line);
  const folder = found?.[1];
  return folder === undefined || /[$`{}]/.test(folder) ? undefined : folder;
}

/** A script runs in its own folder or, as pipelines do, at the top. */
function joined(path: string, folder: string): string {
  const plain = folder.replace(/^\.\//, "").replace(/\/+$/, "");
  const isPipeline = /\.ya?ml$|Jenkinsfile/.test(path);
  const own = folderOf(path);
  if (plain === "" || plain === ".") return isPipeline ? "." : own;
  return isPipeline || own === "." ? plain : `${own}/${plain}`;
}

function isStuckInit(line: string): boolean {
  const isInit = /\b(?:terraform|tofu|terragrunt)\b.*\binit\b/.test(line) || line.includes("TF_CLI_ARGS_init");
  return isInit && /-input[= ]false/.test(line) && !/-reconfigure|-migrate-state|-backend[= ]false/.test(line);
}

function templateHints(path: string, text: string): Problem[] {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => /\bbackend\s+"s3"|\bdynamodb_table\s*=|\buse_lockfile\s*=/.test(line));
  return at === -1 ? [] : [template(`${path}:${String(at + 1)}`)];
}

/** The hint about a file that nobody runs as it is. */
export function template(path: string): Problem {
  return {
    code: "backend-template",
    path,
    message: "is a template of a backend: what is made from it locks as it says",
    fix: "Change its locking arguments by hand, together with the roots.",
  };
}

function inCommand(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must not give a backend its table: Statelock does not change commands, scripts and pipelines",
    fix: "Change it by hand: to both, also give it use_lockfile=true; to lockfile, remove dynamodb_table. Then run init with -reconfigure.",
  };
}

function inText(path: string): Problem {
  return {
    code: "backend-by-hand",
    path,
    message: "must not write a backend that locks in a table: Statelock does not change what a program writes",
    fix: "Change it by hand: to both, add use_lockfile = true; to lockfile, remove dynamodb_table. Then let the program write it again.",
  };
}

function lockOff(path: string): Problem {
  return {
    code: "lock-off",
    path,
    message: "runs without a lock (-lock=false): `migrate status` does not see its runs",
    fix: "Remove it from everything that writes a state. A planner's role may take the lock: docs/reference/policies.md.",
  };
}

function stuckInit(path: string): Problem {
  return {
    code: "init-reconfigure",
    path,
    message: "runs init with -input=false and without -reconfigure: after a step it stops where .terraform is older",
    fix: "Add -reconfigure.",
  };
}
