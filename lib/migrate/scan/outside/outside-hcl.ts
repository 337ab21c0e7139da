import { backendsMadeIn, type MadeBackend } from "./cdktf-apps";
import type { Problem } from "../../../problem/problem";
import { isValue, type Setting } from "../configuration/phase";
import { continuedFlag, flagsIn } from "./command-flags";
import { folderIn, commandFolder } from "./command-folder";
import {
  bootstrap,
  computedJson,
  inCommand,
  inProgram,
  inText,
  lockfileOff,
  lockOff,
  quoted,
  stuckInit,
  template,
  vagueArguments,
  vagueFlag,
} from "./hand-problems";
import { blockClients, commandClients, type OutsideClient, type OutsideLine } from "./outside-clients";
import { isDocument, isOutside, isProgram, isTemplateName, needsInterpreter } from "../source/outside-names";
import { baseName } from "../source/site";
import { blockLines, heredocTable, isSaid, otherTable, programTable, tableIn } from "./table-in-text";
import type { Template } from "./template-file";

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
  /** What its commands and blocks give clients. @default - nothing */
  readonly clients?: readonly OutsideClient[];
  /** The backends of a template. @default - none, or no parser reads it */
  readonly templates?: readonly Template[];
  /** Where it makes S3 backends of CDKTF. @default - nowhere */
  readonly made?: readonly MadeBackend[];
}

/** Reads a text file outside of HCL, line by line. */
export function outsideFindings(path: string, text: string): OutsideFindings {
  const nothing = { byHand: [], hints: [], partials: [] };
  if (!/backend|remote_state|dynamodb_?table|terraform|tofu|TF_CLI_ARGS/i.test(text)) return nothing;
  if (isDocument(baseName(path))) return { ...nothing, ...ofDocument(path, text) };
  if (needsInterpreter(baseName(path)) && !text.startsWith("#!") && !isSourced(text)) return nothing;
  if (isTemplateName(baseName(path))) return { ...nothing, hints: templateHints(path, text) };
  const isAboutTerraform = isProgram(path)
    ? /S3Backend|RemoteStateReference|S3StateArgs|-backend-config|\bbackend\(\s{0,20}["']s3["']|\bbackendType["']?\s{0,20}[:=]\s{0,20}["']s3["']|\bbackend_config\b|\bBackendConfig\b|\bbackend\.s3\b|\bbackend["'`]?\]?\s{0,20}[:=]\s{0,20}\{\s{0,200}["'`]?s3["'`]?\s{0,20}[:=]/.test(
        text,
      )
    : /terraform|tofu|terragrunt|\bTF_|PLUGIN_INIT|-backend-config|backend_?config|backendFile|backend_type|\bbackend:\s{1,40}s3:|"remote_state"|"backend"\s{0,20}:\s{0,20}[[{]{0,2}\s{0,20}"s3"/i.test(
        text,
      );
  // Data with any other name quotes commands.
  const isRun = isOutside(baseName(path)) || needsInterpreter(baseName(path));
  const isAboutBackends = isAboutTerraform && !isProgram(path) && /backend|state|uses:/i.test(text);
  const byHand: HandPlace[] = [];
  const hints: Problem[] = [];
  const partials: string[] = [];
  const read: OutsideLine[] = [];
  let folder: string | undefined;
  let [blockEnd, valueLine] = [0, -1];
  const lines = text.split(/\r?\n/);
  partials.push(...listedFiles(lines));
  for (const [index, whole] of lines.entries()) {
    if (/^\s*(?:#(?!!)|\/\/)/.test(whole)) continue;
    const place = `${path}:${String(index + 1)}`;
    const continued = continuedFlag(whole, lines[index + 1]);
    if (continued !== undefined && flagsIn(continued).table !== undefined) valueLine = index + 1;
    for (const line of pieces(continued ?? whole)) {
      folder = folderIn(line) ?? folder;
      const meant = folder === undefined ? undefined : commandFolder(path, folder);
      const root = meant?.includes("*") === true ? undefined : meant;
      const flags = flagsIn(line);
      read.push({ index, text: line, root: meant });
      partials.push(...flags.files);
      const written =
        isAboutTerraform && index >= blockEnd && index !== valueLine
          ? (tableIn(line) ?? programTable(path, line) ?? (isAboutBackends ? otherTable(line) : undefined))
          : undefined;
      const table = flags.table ?? written;
      if (table !== undefined) byHand.push({ problem: problemFor(place, line), root, table });
      else if (flags.isVague) byHand.push({ problem: vagueFlag(place), root, table: { expression: line.trim() } });
      else if (VAGUE_ARGUMENTS.test(line))
        byHand.push({ problem: vagueArguments(place), root, table: { expression: line.trim() } });
      if (flags.isLockOff) byHand.push({ problem: lockfileOff(place), root, table: undefined });
      if (/\bbackend\s+\\?"s3\\?"/.test(line)) {
        blockEnd = index + blockLines(lines, index).length;
        const inBlock = heredocTable(lines, index);
        if (inBlock !== undefined) byHand.push({ problem: inText(place, isSaid(inBlock)), root, table: inBlock });
      }
      if (isRun && /-lock[= ]false\b/.test(line)) hints.push(lockOff(place));
      if (isRun && isStuckInit(line)) hints.push(stuckInit(place));
      if (BOOTSTRAPS.test(line)) hints.push(bootstrap(place));
    }
  }
  if (path.endsWith(".hcl.json") && byHand.length === 0) byHand.push(...jsonOfTerragrunt(path, lines));
  const clients = isAboutTerraform ? [...commandClients(path, read), ...blockClients(path, read)] : [];
  const made = isAboutTerraform ? backendsMadeIn(path, lines) : [];
  return { byHand, hints, partials, clients, ...(made.length > 0 && { made }) };
}

/** True for a script without an interpreter, which another one reads. */
function isSourced(text: string): boolean {
  return /-backend-config|TF_CLI_ARGS|\bbackend\s+"s3"/.test(text);
}

/** Returns a hint for the first place of a page that shows how to lock in a table, and the files that its commands name. */
function ofDocument(path: string, text: string): Pick<OutsideFindings, "hints" | "partials"> {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line, index) => {
    const isBackend = /\bbackend\s+\\?"s3\\?"/.test(line);
    return flagsIn(line).table !== undefined || (isBackend && isValue(heredocTable(lines, index)));
  });
  const partials = lines.flatMap((line) => flagsIn(line.slice(0, PIECE)).files);
  return { hints: at === -1 ? [] : [quoted(`${path}:${String(at + 1)}`)], partials };
}

/** Returns the backend of a Terragrunt file in JSON that no literal says the lock of. */
function jsonOfTerragrunt(path: string, lines: readonly string[]): HandPlace[] {
  const text = lines.join("\n");
  const index = lines.findIndex((line) => /"(?:remote_state|generate)"\s*:/.test(line));
  const isElsewhere = /"backend"\s*:\s*"(?!s3")[a-z]+"/.test(text);
  const isAboutBackends = text.includes('"remote_state"') || text.includes("backend");
  if (index === -1 || isElsewhere || !isAboutBackends || /use_lockfile\W{1,5}true/.test(text)) return [];
  return [{ problem: computedJson(`${path}:${String(index + 1)}`), root: undefined, table: { expression: "" } }];
}

/** A run of Terragrunt that creates the bucket and the table that a config names. */
const BOOTSTRAPS =
  /--backend-bootstrap\b|\bTG_BACKEND_BOOTSTRAP["']?\s*[:=]\s*["']?(?:1|true)|\bterragrunt\s+backend\s+bootstrap\b/;

/** How long a piece of a line is, and how much of it the next one repeats: a search in a long line takes long. */
const [PIECE, OVERLAP] = [4_000, 400];

/** Returns a line as pieces of bounded length. */
function pieces(line: string): string[] {
  if (line.length <= PIECE) return [line];
  const count = Math.ceil((line.length - OVERLAP) / (PIECE - OVERLAP));
  return Array.from({ length: count }, (_, at) => line.slice(at * (PIECE - OVERLAP), at * (PIECE - OVERLAP) + PIECE));
}

/** Arguments of every `init`, as a whole from elsewhere. */
const VAGUE_ARGUMENTS =
  /\bTF_CLI_ARGS(?:_init)?["']?\s{0,20}[:=]\s{0,20}["']?(?:\$\{\{[^}]*\}\}|\$\{?(?!TF_CLI_ARGS)\w+\}?|\$\([^()]*\)|%\w+%)["']?\s*;?\s*$/;

/** Returns the files that a list in YAML gives a backend: `backend_config_files:`, and a file on each line below. */
function listedFiles(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const found = /\bbackend_config_files?["']?\s*:\s*(?:[|>][+-]?\s*$|\[([^\]]*)\]|$)/.exec(line);
    if (found === null) return [];
    const [, inline] = found;
    if (inline !== undefined) return inline.split(",").map((file) => file.replace(/["'\s]/g, ""));
    const below = lines.slice(index + 1).map((each) => /^\s+(?:-\s+)?["']?([^\s"':=#]+)["']?\s*$/.exec(each)?.[1]);
    const end = below.indexOf(undefined);
    return below.slice(0, end === -1 ? below.length : end).map(String);
  });
}

function isStuckInit(line: string): boolean {
  const { index = line.length } = /\b(?:terraform|tofu|terragrunt)\b/.exec(line) ?? {};
  const isInit = /\binit\b/.test(line.slice(index)) || line.includes("TF_CLI_ARGS_init");
  return isInit && /-input[= ]false/.test(line) && !/-reconfigure|-migrate-state|-backend[= ]false/.test(line);
}

const TEMPLATE_LINE =
  /\bbackend\s+"?s3\b|"backend"\s*:\s*\{?\s*"s3"|\b(?:dynamodb_table|use_lockfile|lock_table)(?:\s*=|"\s*:)/;

/** A table in YAML, which may also be one of an application. */
const TEMPLATE_ENTRY = /^\s*(?:-\s+)?(?:dynamodb_table|lock_table)\s*:/;

function templateHints(path: string, text: string): Problem[] {
  const lines = text.split(/\r?\n/);
  const isBackend = /\bbackend(?:_type)?\b|terraform/i.test(text);
  const at = lines.findIndex((line) => TEMPLATE_LINE.test(line) || (isBackend && TEMPLATE_ENTRY.test(line)));
  return at === -1 ? [] : [template(`${path}:${String(at + 1)}`)];
}

function problemFor(place: string, line: string): Problem {
  return /[dD]ynamodbTable|dynamodb_table\s*=\s*["']/.test(line) && isProgram(place.replace(/:\d+$/, ""))
    ? inProgram(place)
    : inCommand(place);
}
