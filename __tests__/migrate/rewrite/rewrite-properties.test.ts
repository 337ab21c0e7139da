import fc, { runs } from "../../support/fuzz";
import { readHcl } from "../../../lib/hcl/hashicorp-parser";
import { SyntaxProblem } from "../../../lib/hcl/syntax";
import { stepChanges, type PhaseStep } from "../../../lib/migrate/rewrite/changes";
import { fileKind } from "../../../lib/migrate/scan/source/file-kind";
import { parseSource } from "../../../lib/migrate/scan/source/parse-source";
import { rewrite } from "../../../lib/migrate/rewrite/rewrite";
import { writtenBackend } from "../../support/backend-hcl";
import { parsers } from "../../support/fleet";
import { text as problemTexts } from "../../support/home";

/** One step on one file, of which only the backend is looked at. */
async function stepped(name: string, text: string, step: PhaseStep): Promise<string> {
  const kind = fileKind(name);
  const both = await parsers();
  if (kind === undefined) throw new Error(`${name} is of no kind`);
  const finding = parseSource(both.positions, kind, text);
  if (finding instanceof SyntaxProblem) throw new Error(`line ${String(finding.line)} ${finding.message}`);
  const sites = finding.sites.filter(({ role }) => role !== "reader");
  const result = await rewrite(both, { path: name, realPath: name, kind, text, ...finding }, stepChanges(sites, step));
  if (typeof result !== "string") throw new Error(problemTexts(result));
  return result;
}

const BOTH: PhaseStep = { from: "dynamodb", to: "both" };
const LOCKFILE: PhaseStep = { from: "both", to: "lockfile" };
const BACK_TO_BOTH: PhaseStep = { from: "lockfile", to: "both", table: "locks" };
const BACK_TO_DYNAMODB: PhaseStep = { from: "both", to: "dynamodb" };

type Plain = Record<string, unknown>;

async function read(text: string): Promise<Plain> {
  const result = await readHcl(text);
  if (result instanceof SyntaxProblem) throw new Error(`line ${String(result.line)}: ${result.message}`);
  return result;
}

/** The backend's arguments as HashiCorp's parser reads them, and all the rest of the file. */
async function halves(name: string, text: string): Promise<{ backend: Plain; rest: string }> {
  const root = await read(text);
  if (name.endsWith(".tfbackend")) return { backend: root, rest: "" };
  const blocks = (root["terraform"] as { backend?: { s3: Plain[] } }[]).flatMap(({ backend }) => backend?.s3 ?? []);
  const [backend = {}] = blocks;
  const copy = { ...backend };
  for (const argument of Object.keys(backend)) Reflect.deleteProperty(backend, argument);
  return { backend: copy, rest: JSON.stringify(root) };
}

function without(names: readonly string[], backend: Plain): Plain {
  return Object.fromEntries(Object.entries(backend).filter(([argument]) => !names.includes(argument)));
}

/** Without what is allowed to move: the space before an equal sign or a comment, where columns are closed up. */
function squeezed(line: string): string {
  return line.replace(/[ \t]+/g, " ").trim();
}

/** True where the lines of one text are in the other, in their order. */
function areWithin(lines: readonly string[], text: string): boolean {
  const left = [...lines];
  for (const line of text.split("\n").map(squeezed)) if (left[0] === line) left.shift();
  return left.length === 0;
}

describe("a backend of any shape", () => {
  it("goes to both: use_lockfile is true, and all else means what it meant", async () => {
    await fc.assert(
      fc.asyncProperty(writtenBackend, async ({ name, text }) => {
        const [before, after] = [await halves(name, text), await halves(name, await stepped(name, text, BOTH))];
        expect(after.backend).toEqual({ ...before.backend, use_lockfile: true });
        expect(after.rest).toBe(before.rest);
      }),
      runs(25),
    );
  });

  it("goes to lockfile: nothing of the table is left, and all else means what it meant", async () => {
    await fc.assert(
      fc.asyncProperty(writtenBackend, async ({ name, text }) => {
        const both = await stepped(name, text, BOTH);
        const [before, after] = [await halves(name, both), await halves(name, await stepped(name, both, LOCKFILE))];
        const gone = ["dynamodb_table", "dynamodb_endpoint", "endpoints"];
        expect(without(["endpoints"], after.backend)).toEqual(without(gone, before.backend));
        const { dynamodb: _gone, ...kept } = (before.backend["endpoints"] ?? {}) as Plain;
        expect(after.backend["endpoints"] ?? {}).toEqual(kept);
        expect(after.rest).toBe(before.rest);
      }),
      runs(25),
    );
  });

  it("keeps every comment, every line that is not the argument's, and its line ends", async () => {
    await fc.assert(
      fc.asyncProperty(writtenBackend, async ({ name, text, comments }) => {
        const both = await stepped(name, text, BOTH);
        const lockfile = await stepped(name, both, LOCKFILE);
        for (const each of [both, lockfile]) {
          expect(comments.filter((comment) => !each.includes(comment))).toEqual([]);
          expect(/[^\r]\n/.test(each)).toBe(/[^\r]\n/.test(text));
          expect(each.startsWith("\ufeff")).toBe(text.startsWith("\ufeff"));
          expect(each.endsWith("\n") || !text.endsWith("\n")).toBe(true);
        }
        const others = text.split("\n").filter((line) => !/use_lockfile|dynamodb|endpoints|s3|^\S*$/.test(line));
        expect(areWithin(others.map(squeezed), both)).toBe(true);
        expect(areWithin(others.map(squeezed), lockfile)).toBe(true);
      }),
      runs(25),
    );
  });

  it("changes nothing but its own lines where its columns were not in order", async () => {
    await fc.assert(
      fc.asyncProperty(writtenBackend, async (written) => {
        const text = `${written.text}${written.text.endsWith("\n") ? "" : "\n"}zz =   1 # out of column\n`;
        const both = await stepped(written.name, text, BOTH);
        const added = both.split("\n").filter((line) => !text.split("\n").includes(line));
        const isOneLine = /\{.*dynamodb_table.*\}/.test(text);
        expect(isOneLine || added.every((line) => line.includes("use_lockfile"))).toBe(true);
        expect(added.length).toBeLessThanOrEqual(isOneLine ? 4 : 1);
      }),
      runs(25),
    );
  });

  it("can go back the whole way: it means again what it meant", async () => {
    await fc.assert(
      fc.asyncProperty(writtenBackend, async ({ name, text }) => {
        let now = text;
        for (const step of [BOTH, LOCKFILE, BACK_TO_BOTH, BACK_TO_DYNAMODB]) now = await stepped(name, now, step);
        const [before, after] = [await halves(name, text), await halves(name, now)];
        const touched = ["use_lockfile", "dynamodb_endpoint", "endpoints"];
        expect(without(touched, after.backend)).toEqual(without(touched, before.backend));
        expect(after.rest).toBe(before.rest);
      }),
      runs(25),
    );
  });

  it("goes back from both byte for byte, where use_lockfile was added on a line of its own", async () => {
    await fc.assert(
      fc.asyncProperty(writtenBackend, async ({ name, text }) => {
        fc.pre(!text.includes("use_lockfile") && !/\{.*dynamodb_table.*\}/.test(text));
        expect(await stepped(name, await stepped(name, text, BOTH), BACK_TO_DYNAMODB)).toBe(text);
      }),
      runs(25),
    );
  });
});
