import { flagsIn, writtenSetting } from "./command-flags";
import { inCommand, inText } from "./hand-problems";
import type { HandPlace } from "./outside-hcl";
import { heredocTable, isSaid, tableIn } from "./table-in-text";
import { blockClients, commandClients, isComment, type OutsideClient, type OutsideLine } from "./outside-clients";
import { baseName, folderOf, type Site } from "../source/site";

/**
 * Returns the backends in texts that a file of Terraform or of its wrappers writes elsewhere or hands to a command, and that the
 * parser of its own language does not read: heredocs, quoted commands, `generate_hcl` of Terramate, the `terraform.tfvars` of old
 * Terragrunt.
 * @param sites the backends that the parser read
 */
export function writtenBackends(path: string, text: string, sites: readonly Site[]): HandPlace[] {
  const known = sites.map(({ line }) => line);
  if (path.endsWith(".tfvars") && !/\bterragrunt\b/.test(text)) return encodedBackends(path, text, sites);
  if (!isOwn(path)) return foundIn(path, text, known, false);
  const mayWrite =
    text.includes("-backend-config") ||
    /backend\s+\\"s3/.test(text) ||
    /backend\s+"s3/.test(text.slice(heredocAt(text)));
  return [...(mayWrite ? foundIn(path, text, known, true) : []), ...encodedBackends(path, text, sites)];
}

/** What encodes a backend, or holds it until something does. */
const HOLDS =
  /\b(?:json|yaml)encode\(|\b\w{0,40}(?:backend|remote_state|tfstate)\w{0,40}"?\s{0,20}(?:[=:]\s{0,20}(?:\{|merge\()|\{)|\btfbackend\b|\bs3\s{0,20}=\s{0,20}\{/;

/** How many lines above an argument say what it is part of. */
const ABOVE = 12;

/** Returns the tables in objects that a root encodes as a backend: `jsonencode({ terraform = { backend = … } })`. */
function encodedBackends(path: string, text: string, sites: readonly Site[]): HandPlace[] {
  if (!isNamedBeside(sites, text) || !HOLDS.test(text)) return [];
  const lines = text.split("\n");
  let start = 0;
  return lines.flatMap((line, index) => {
    const at = start;
    start += line.length + 1;
    const isRead = touchesSite(sites, at, at + line.length);
    const [, value] = /\bdynamodb_table\\?"?\s{0,20}[=:]\s{0,20}([^\s,}]+)/.exec(line) ?? [];
    const context = lines.slice(Math.max(0, index - ABOVE), index + 1).join("\n");
    if (value === undefined || isRead || isComment(line) || !HOLDS.test(context)) return [];
    const literal = /^\\?"([^"\\]+)\\?"$/.exec(value)?.[1];
    const table = literal === undefined ? { expression: value } : writtenSetting(literal);
    return [{ problem: inText(`${path}:${String(index + 1)}`), root: undefined, table }];
  });
}

/** True if a text names a table outside of the backends that the parser read. Most files have no such table. */
function isNamedBeside(sites: readonly Site[], text: string): boolean {
  for (let at = text.indexOf("dynamodb_table"); at !== -1; at = text.indexOf("dynamodb_table", at + 1))
    if (!touchesSite(sites, at, at)) return true;
  return false;
}

function touchesSite(sites: readonly Site[], from: number, to: number): boolean {
  return sites.some(({ start, end }) => start <= to && from <= end);
}

/** Returns what these texts give clients: the commands of a file, and the backends in its heredocs. */
export function writtenClients(path: string, text: string): OutsideClient[] {
  if (isOwn(path) && !/backend[-_]config|<<|\\"s3/.test(text)) return [];
  const all = text.split(/\r?\n/);
  const root = folderOf(path);
  const shownLines = (lines: readonly string[]): OutsideLine[] =>
    lines.map((line, index) => ({ index, text: line, root }));
  const inText = isOwn(path)
    ? heredocs(all).map((line, index) => (ESCAPED.test(all[index] ?? "") ? (all[index] ?? "") : line))
    : all;
  return [...commandClients(path, shownLines(all)), ...blockClients(path, shownLines(inText))];
}

const ESCAPED = /\bbackend\s+\\"s3\\"/;

/** Returns where the first heredoc begins; the end of a text without one. */
function heredocAt(text: string): number {
  const at = text.indexOf("<<");
  return at === -1 ? text.length : at;
}

/** True for a file that Terraform reads itself. */
function isOwn(path: string): boolean {
  return /\.(?:tf|tofu)(?:\.json)?$/.test(baseName(path));
}

function foundIn(path: string, text: string, known: readonly number[], own: boolean): HandPlace[] {
  const all = text.split(/\r?\n/);
  const lines = own ? heredocs(all) : all;
  return all.flatMap((written, index) => {
    if (known.includes(index + 1) || /^\s*(?:#|\/\/)/.test(written)) return [];
    const place = `${path}:${String(index + 1)}`;
    const { table: given } = flagsIn(written);
    if (given !== undefined) return [{ problem: inCommand(place), root: undefined, table: given }];
    const line = lines[index] ?? "";
    const isEscaped = own && ESCAPED.test(written);
    const isBackend =
      isEscaped || /\bbackend\s+\\?"s3\\?"/.test(line) || (!own && /\bremote_state\s*=?\s*\{/.test(line));
    const table = isBackend ? heredocTable(isEscaped ? all : lines, index) : own ? undefined : tableIn(line);
    return table === undefined || ("expression" in table && table.expression === "" && !isBackend)
      ? []
      : [{ problem: inText(place, isSaid(table)), root: undefined, table }];
  });
}

/** Blanks everything outside of heredocs, and heredocs that describe something; lines stay where they are. */
function heredocs(lines: readonly string[]): string[] {
  let end: RegExp | undefined;
  let isText = false;
  return lines.map((line) => {
    if (end?.test(line) === true) {
      end = undefined;
      return "";
    }
    if (end !== undefined) return isText ? "" : line;
    const [, word] = /<<-?([\w-]+)\s*$/.exec(line) ?? [];
    if (word !== undefined) {
      end = new RegExp(`^\\s*${word}\\s*$`);
      isText = /^\s*description\b/.test(line);
    }
    return "";
  });
}
