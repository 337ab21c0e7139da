import { readFile, stat } from "node:fs/promises";
import { isFoundFile, type FoundFile, type Mention, type SearchText } from "./project-files";
import { projectFiles } from "./find-files";
import { errorCode } from "./exclusive-file";
import type { Problem } from "../problem/problem";

const READ_AT_ONCE = 32;

/** In bytes. A text that people or programs read is shorter. */
const LONGEST = 256 * 1024 * 1024;

/** How many bytes decide whether a file is text: a NUL among them means that it is not. As git does it. */
const SAMPLE = 8_000;

/** Returns the search below `base`. It reads every file, whatever its name. */
export function searchText(base: string): SearchText {
  return async ({ folders, word, isSkippedFolder, isOwnText, wanted }) => {
    const everything = { file: () => true, folder: (name: string) => !isSkippedFolder(name) };
    const found = await projectFiles(base).find(folders, everything);
    const problems = found.filter((each): each is Problem => !isFoundFile(each) && !isDeadLink(each));
    const files = wanted(found.filter(isFoundFile));
    const [read, mentions]: [string[], Mention[]] = [[], []];
    for (let at = 0; at < files.length; at += READ_AT_ONCE) {
      const batch = files.slice(at, at + READ_AT_ONCE);
      for (const [index, result] of (
        await Promise.all(batch.map((file) => searched(file, word, isOwnText)))
      ).entries()) {
        if (result === "no text") continue;
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
): Promise<readonly Mention[] | Problem | "no text"> {
  try {
    if ((await stat(realPath)).size > LONGEST) return unsearched(path, "is too large to search");
    const bytes = await readFile(realPath);
    const isSwapped = bytes[0] === 0xfe && bytes[1] === 0xff;
    const isWide = isSwapped || (bytes[0] === 0xff && bytes[1] === 0xfe);
    if (!isWide && bytes.subarray(0, SAMPLE).includes(0)) return "no text";
    if (isSwapped && bytes.length % 2 === 0) bytes.swap16();
    const text = bytes.toString(isWide ? "utf16le" : "utf8");
    if (isOwnText(text)) return [];
    return mentionsIn(text, word).map((mention) => ({ path, ...mention }));
  } catch (error) {
    return unsearched(path, `could not be read: ${errorCode(error) ?? String(error)}`);
  }
}

/**
 * Returns the lines of a text that contain the word. A letter, digit, `_` or `-` beside it belongs to another word, except
 * after a backslash or in an escaped character: `\nlocks`, `table%2Flocks`, `table\u002flocks`.
 */
export function mentionsIn(text: string, word: string): Omit<Mention, "path">[] {
  if (!text.includes(word)) return [];
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const whole = new RegExp(
    `(?<!(?<!\\\\)[\\w-])${literal}(?![\\w-])|(?<=%[\\da-fA-F]{2}|\\\\u[\\da-fA-F]{4}|\\\\x[\\da-fA-F]{2})${literal}(?![\\w-])`,
  );
  return text.split(/\r?\n/).flatMap((line, index) => (whole.test(line) ? [{ line: index + 1, text: line }] : []));
}

function unsearched(path: string, message: string): Problem {
  return {
    code: "unreadable-file",
    path,
    message,
    fix: "Make it readable for you, or take it out of the folder: it may name the table.",
  };
}
