import { readFile, stat } from "node:fs/promises";
import { isFoundFile, type FoundFile, type Mention, type SearchText } from "./project-files";
import { projectFiles } from "./find-files";
import { errorCode } from "./exclusive-file";
import type { Problem } from "../problem/problem";

const READ_AT_ONCE = 32;

/** In bytes. A text that people or programs read is shorter. */
const LONGEST = 256 * 1024 * 1024;

/** Returns the search below `base`. It reads every file, whatever its name. */
export function searchText(base: string): SearchText {
  return async ({ folders, word, isSkippedFolder, isOwnText, wanted }) => {
    const everything = { file: () => true, folder: (name: string) => !isSkippedFolder(name), linkedFolders: true };
    const found = await projectFiles(base).find(folders, everything);
    const problems = found.filter((each): each is Problem => !isFoundFile(each) && !isDeadLink(each));
    const files = wanted(found.filter(isFoundFile));
    const [read, mentions]: [string[], Mention[]] = [[], []];
    for (let at = 0; at < files.length; at += READ_AT_ONCE) {
      const batch = files.slice(at, at + READ_AT_ONCE);
      for (const [index, result] of (
        await Promise.all(batch.map((file) => searched(file, word, isOwnText)))
      ).entries()) {
        if ("code" in result) problems.push(result);
        else {
          read.push(batch[index]?.path ?? "");
          mentions.push(...result);
        }
      }
    }
    return { files: read, mentions, problems };
  };
}

/** A link that leads nowhere contains nothing. */
function isDeadLink({ message }: Problem): boolean {
  return message.includes("leads nowhere (ENOENT)");
}

async function searched(
  { path, realPath }: FoundFile,
  word: string,
  isOwnText: (text: string) => boolean,
): Promise<readonly Mention[] | Problem> {
  try {
    if ((await stat(realPath)).size > LONGEST) return unsearched(path, "is too large to search");
    const bytes = await readFile(realPath);
    const isSwapped = bytes[0] === 0xfe && bytes[1] === 0xff;
    const isWide = isSwapped || (bytes[0] === 0xff && bytes[1] === 0xfe);
    const even = isSwapped ? bytes.subarray(0, bytes.length - (bytes.length % 2)).swap16() : bytes;
    const text = even.toString(isWide ? "utf16le" : "utf8");
    if (isOwnText(text)) return [];
    const mentions = readings(text).flatMap((reading) => mentionsIn(reading, word));
    return [...new Map(mentions.toReversed().map((each) => [each.line, { path, ...each }])).values()].reverse();
  } catch (error) {
    return unsearched(path, `could not be read: ${errorCode(error) ?? String(error)}`);
  }
}

/** Returns the texts that bytes with NULs may hold: separate words, or one word of wide characters without a mark at the start. */
function readings(text: string): readonly string[] {
  return text.includes("\0") ? [text, text.replaceAll("\0", "")] : [text];
}

/**
 * Returns the lines of a text that contain the word, also in parts (`"terraform-" + "locks"`) or over continued lines. A letter,
 * digit, `_` or `-` beside it belongs to another word, except after a backslash or in an escaped character: `\nlocks`,
 * `table%2Flocks`, `table\u002flocks`.
 */
export function mentionsIn(text: string, word: string): Omit<Mention, "path">[] {
  const mentions = new Map<number, string>();
  let line = 1;
  let counted = 0;
  for (const { index, 0: found } of text.matchAll(wholeWord(word))) {
    for (let at = text.indexOf("\n", counted); at !== -1 && at < index; at = text.indexOf("\n", counted)) {
      line += 1;
      counted = at + 1;
    }
    const end = text.indexOf("\n", index + found.length);
    const whole = text.slice(counted, end === -1 ? undefined : end).replace(/\r$/, "");
    if (!mentions.has(line)) mentions.set(line, whole);
  }
  return [...mentions].map(([at, written]) => ({ line: at, text: written }));
}

/** What may be between two characters of a word: the end and the start of quoted parts, or a continued line. Bounded for speed. */
const SEAM = "(?:[\"'`][\\s+.,~&]{0,200}[\"'`]|\\\\\\r?\\n[ \\t]{0,200})?";

function wholeWord(word: string): RegExp {
  const literal = Array.from(word, written).join(SEAM);
  return new RegExp(
    `(?:(?<!(?<!\\\\)[\\w-])|(?<=%[\\da-fA-F]{2}|\\\\u[\\da-fA-F]{4}|\\\\x[\\da-fA-F]{2}))${literal}(?![\\w-])`,
    "g",
  );
}

/** Returns a pattern for a character of a table's name as it is, and for a sign also as URLs, JSON and programs escape it. */
function written(character: string): string {
  if (/\w/.test(character) && character !== "_") return character;
  const code = character.charCodeAt(0).toString(16).padStart(2, "0");
  const anyCase = code.replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `(?:${character.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}|%${anyCase}|\\\\u00${anyCase}|\\\\x${anyCase})`;
}

function unsearched(path: string, message: string): Problem {
  return {
    code: "unreadable-file",
    path,
    message,
    fix: "Make it readable for you, or take it out of the folder: it may name the table.",
  };
}
