import promises from "node:fs/promises";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { besides, digest, journalPath, type Journal, type JournalFile } from "../../lib/files/journal";
import { replaceFiles } from "../../lib/files/replace-files";
import type { FileReplacement } from "../../lib/files/project-files";
import { places, text } from "../support/home";
import { scratch } from "../support/scratch";

/** A folder with these files, and replacements that append `!` to each. */
function folderOf(names: readonly string[]): { folder: string; replacements: FileReplacement[] } {
  const folder = scratch();
  const replacements = names.map((name) => {
    const realPath = join(folder, name);
    writeFileSync(realPath, `${name}\n`);
    return { path: name, realPath, before: `${name}\n`, after: `${name}!\n` };
  });
  return { folder, replacements };
}

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

describe("replacing files", () => {
  it("writes all of them, keeps their modes, and leaves nothing else", async () => {
    const { folder, replacements } = folderOf(["a.tf", "b.tf"]);
    chmodSync(join(folder, "a.tf"), 0o666);
    expect(await replaceFiles(folder)(".", replacements)).toEqual([]);
    expect(contents(folder)).toEqual({ "a.tf": "a.tf!\n", "b.tf": "b.tf!\n" });
    expect(statSync(join(folder, "a.tf")).mode & 0o777).toBe(0o666);
  });

  it("replaces what a link leads to, and leaves the link", async () => {
    const { folder, replacements } = folderOf(["target.tf"]);
    symlinkSync("target.tf", join(folder, "link.tf"));
    const linked = replacements.map((each) => ({ ...each, path: "link.tf" }));
    expect(await replaceFiles(folder)(".", linked)).toEqual([]);
    expect(readFileSync(join(folder, "link.tf"), "utf8")).toBe("target.tf!\n");
    expect(readdirSync(folder, { withFileTypes: true }).map((entry) => entry.isSymbolicLink())).toEqual([true, false]);
  });

  it("does nothing if every file has its new text already", async () => {
    const { folder, replacements } = folderOf(["a.tf"]);
    writeFileSync(join(folder, "a.tf"), "a.tf!\n");
    expect(await replaceFiles(folder)(".", replacements)).toEqual([]);
    expect(contents(folder)).toEqual({ "a.tf": "a.tf!\n" });
  });
});

describe("refusing: no file of the root is changed", () => {
  it.each([
    [
      "a file that changed",
      (folder: string) => {
        writeFileSync(join(folder, "b.tf"), "mine\n");
      },
      "file-changed b.tf",
    ],
    [
      "a file that is gone",
      (folder: string) => {
        renameSync(join(folder, "b.tf"), join(folder, "c.tf"));
      },
      "file-changed b.tf",
    ],
    [
      "a read-only file",
      (folder: string) => {
        chmodSync(join(folder, "b.tf"), 0o444);
      },
      "read-only-file b.tf",
    ],
  ])("%s", async (_what, happen, problem) => {
    const { folder, replacements } = folderOf(["a.tf", "b.tf"]);
    happen(folder);
    const before = contents(folder);
    expect(places(await replaceFiles(folder)(".", replacements))).toEqual([problem]);
    expect(contents(folder)).toEqual(before);
  });

  it("a folder that is not there is not made", async () => {
    const folder = scratch();
    const gone = { path: "a.tf", realPath: join(folder, "gone", "a.tf"), before: "", after: "x" };
    expect(places(await replaceFiles(folder)("gone", [gone]))).toEqual([`write-failed ${join(folder, "gone")}`]);
    expect(existsSync(join(folder, "gone"))).toBe(false);
  });

  it("names a write that the operating system refused, and takes the others back", async () => {
    const { folder, replacements } = folderOf(["a.tf"]);
    mkdirSync(join(folder, "b.tf"));
    const directory = { path: "b.tf", realPath: join(folder, "b.tf"), before: "", after: "x" };
    expect(places(await replaceFiles(folder)(".", [...replacements, directory]))).toEqual([`write-failed ${folder}`]);
    expect(readFileSync(join(folder, "a.tf"), "utf8")).toBe("a.tf\n");
  });
});

describe("what happens between two renames", () => {
  const { rename } = promises;

  afterEach(() => jest.restoreAllMocks());

  /** Calls back right before the nth rename over one of the root's files. */
  function beforeRename(nth: number, happen: (target: string) => void): void {
    let count = 0;
    jest.spyOn(promises, "rename").mockImplementation(async (from, to) => {
      if (String(to).endsWith(".tf")) count += 1;
      if (count === nth && String(to).endsWith(".tf")) happen(String(to));
      return rename(from, to);
    });
  }

  it("an error takes back every replacement", async () => {
    const { folder, replacements } = folderOf(["a.tf", "b.tf", "c.tf"]);
    beforeRename(3, () => {
      throw Object.assign(new Error("no"), { code: "EIO" });
    });
    expect(places(await replaceFiles(folder)(".", replacements))).toEqual(["write-failed c.tf"]);
    expect(contents(folder)).toEqual({ "a.tf": "a.tf\n", "b.tf": "b.tf\n", "c.tf": "c.tf\n" });
  });

  it("if somebody changed a later file, takes back every replacement that nobody changed since", async () => {
    const { folder, replacements } = folderOf(["a.tf", "b.tf", "c.tf"]);
    beforeRename(2, () => {
      writeFileSync(join(folder, "a.tf"), "mine, too\n");
      writeFileSync(join(folder, "c.tf"), "mine\n");
    });
    expect(places(await replaceFiles(folder)(".", replacements))).toEqual(["file-changed c.tf"]);
    expect(contents(folder)).toEqual({ "a.tf": "mine, too\n", "b.tf": "b.tf\n", "c.tf": "mine\n" });
  });
});

describe("a folder where a run died", () => {
  /** A process id that no process has: of one that has ended. */
  const DEAD = 2 ** 22 + 1;

  function died(
    names: readonly string[],
    host = hostname(),
    pid = DEAD,
  ): { folder: string; replacements: FileReplacement[]; journal: Journal } {
    const { folder, replacements } = folderOf(names);
    const files = replacements.map(({ realPath, before, after }) => {
      const temporary = besides(realPath);
      writeFileSync(temporary, after);
      return { path: realPath, temporary, before: digest(before), after: digest(after) };
    });
    const journal: Journal = { version: 1, id: "dead", pid, host, files };
    writeFileSync(journalPath(folder), JSON.stringify(journal));
    return { folder, replacements, journal };
  }

  it("before the first rename: nothing had changed, and its remains are removed", async () => {
    const { folder } = died(["a.tf", "b.tf"]);
    expect(await replaceFiles(folder)(".", [])).toEqual([]);
    expect(contents(folder)).toEqual({ "a.tf": "a.tf\n", "b.tf": "b.tf\n" });
  });

  it("between two renames: the rest is done", async () => {
    const { folder, journal } = died(["a.tf", "b.tf", "c.tf"]);
    renameSync(journal.files[0]?.temporary ?? "", join(folder, "a.tf"));
    expect(await replaceFiles(folder)(".", [])).toEqual([]);
    expect(contents(folder)).toEqual({ "a.tf": "a.tf!\n", "b.tf": "b.tf!\n", "c.tf": "c.tf!\n" });
  });

  it("between two renames, and somebody changed the rest since: that is left alone", async () => {
    const { folder, journal } = died(["a.tf", "b.tf"]);
    renameSync(journal.files[0]?.temporary ?? "", join(folder, "a.tf"));
    writeFileSync(join(folder, "b.tf"), "mine\n");
    expect(await replaceFiles(folder)(".", [])).toEqual([]);
    expect(contents(folder)).toEqual({ "a.tf": "a.tf!\n", "b.tf": "mine\n" });
  });

  it("is finished by a run that wants the same", async () => {
    const { folder, replacements, journal } = died(["a.tf", "b.tf"]);
    renameSync(journal.files[0]?.temporary ?? "", join(folder, "a.tf"));
    expect(await replaceFiles(folder)(".", replacements)).toEqual([]);
    expect(contents(folder)).toEqual({ "a.tf": "a.tf!\n", "b.tf": "b.tf!\n" });
  });

  it.each([
    ["lives", hostname(), process.pid],
    ["ran on another machine, where it may live", "elsewhere", DEAD],
  ])("keeps others out while it %s", async (_what, host, pid) => {
    const { folder, replacements } = died(["a.tf"], host, pid);
    const before = contents(folder);
    expect(text(await replaceFiles(folder)(".", replacements))).toContain(`process ${String(pid)} on ${host}`);
    expect(contents(folder)).toEqual(before);
  });

  describe("with a journal that no run wrote", () => {
    const victim = (folder: string, content: string): JournalFile => {
      const path = join(folder, "victim");
      writeFileSync(path, content);
      return { path, temporary: besides(path), before: digest(content), after: digest("evil") };
    };

    it.each<[string, (folder: string, elsewhere: string) => Partial<JournalFile>]>([
      ["a file elsewhere", (_folder, elsewhere) => victim(elsewhere, "mine")],
      ["a file elsewhere, by dots", (folder, elsewhere) => ({ path: join(folder, "x", "..") + "/../" + elsewhere })],
      ["a temporary file elsewhere", (_folder, elsewhere) => ({ temporary: victim(elsewhere, "mine").path })],
      ["another file of the folder as temporary", (folder) => ({ temporary: join(folder, "b.tf") })],
      ["no digest", () => ({ before: "x" })],
    ])("that names %s, it changes nothing", async (_what, planted) => {
      const elsewhere = scratch();
      const { folder, journal } = died(["a.tf", "b.tf"]);
      const [first, ...others] = journal.files;
      const files = [{ ...first, ...planted(folder, elsewhere) }, ...others];
      renameSync(others[0]?.temporary ?? "", join(folder, "b.tf"));
      writeFileSync(journalPath(folder), JSON.stringify({ ...journal, files }));
      const before = [contents(folder), contents(elsewhere)];
      expect(places(await replaceFiles(folder)(".", []))).toEqual([`run-record ${journalPath(folder)}`]);
      expect([contents(folder), contents(elsewhere)]).toEqual(before);
    });

    it("that names a link, it changes nothing", async () => {
      const elsewhere = scratch();
      const { folder, journal } = died(["a.tf", "b.tf"]);
      renameSync(journal.files[1]?.temporary ?? "", join(folder, "b.tf"));
      writeFileSync(join(elsewhere, "victim"), "a.tf\n");
      unlinkSync(join(folder, "a.tf"));
      symlinkSync(join(elsewhere, "victim"), join(folder, "a.tf"));
      expect(places(await replaceFiles(folder)(".", []))).toEqual([`run-record ${journalPath(folder)}`]);
      expect(contents(elsewhere)).toEqual({ victim: "a.tf\n" });
    });

    it("that git tracks, that is a link, or that is junk, it is refused", async () => {
      const { folder, journal } = died(["a.tf"]);
      const run = (isTracked = false) => replaceFiles(folder, { isTracked: () => isTracked })(".", []);
      expect(places(await run(true))).toEqual([`run-record ${journalPath(folder)}`]);
      writeFileSync(journalPath(folder), "junk");
      expect(places(await run())).toEqual([`run-record ${journalPath(folder)}`]);
      const other = join(scratch(), "journal");
      writeFileSync(other, JSON.stringify(journal));
      unlinkSync(journalPath(folder));
      symlinkSync(other, journalPath(folder));
      expect(places(await run())).toEqual([`run-record ${journalPath(folder)}`]);
    });
  });
});
