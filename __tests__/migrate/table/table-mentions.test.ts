import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { searchText } from "../../../lib/files/search-text";
import type { Mention, TextSearch } from "../../../lib/files/project-files";
import { retireBlocks } from "../../../lib/migrate/table/retire-blocks";
import {
  filesToSearch,
  ignoredMention,
  isBackup,
  isIgnored,
  isUnsearchedFolder,
  mentionPlace,
  withoutBackends,
} from "../../../lib/migrate/table/table-mentions";
import { parsers } from "../../support/fleet";
import { projectFiles } from "../../../lib/files/find-files";
import { scan } from "../../../lib/migrate/scan/scan";
import { scratch } from "../../support/scratch";

let folder: string;

beforeEach(() => {
  folder = scratch();
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function found(): Promise<TextSearch> {
  return searchText(folder)({
    folders: ["."],
    word: "locks",
    isSkippedFolder: isUnsearchedFolder,
    isOwnText: isBackup,
    wanted: filesToSearch,
  });
}

async function mentions(): Promise<Mention[]> {
  const { mentions: all, problems } = await found();
  expect(problems).toEqual([]);
  const { configurations } = await scan(projectFiles(folder), await parsers(), ["."]);
  return withoutBackends(all, configurations);
}

describe("the name of the table", () => {
  it.each([
    ["ci.yml", 'terraform init -backend-config="dynamodb_table=locks"'],
    [".envrc", "export TF_CLI_ARGS_init=-backend-config=dynamodb_table=locks"],
    [".github/workflows/x.yml", "TABLE: locks"],
    ["README", "the table locks, in eu-west-1."],
    ["backend.tf.tmpl", 'dynamodb_table = "locks"'],
    ["policy.json", '"Resource": "arn:aws:dynamodb:*:1:table/locks"'],
    ["setup.py", 'TABLE = "a\\nlocks"'],
    ["url.txt", "https://console/table%2Flocks"],
    ["escaped.json", '"table\\u002flocks"'],
    ["wide.ps1", Buffer.from("\ufefflocks", "utf16le").swap16()],
    ["x.ps1", Buffer.from("\ufeff$table = 'locks'", "utf16le")],
    ["no-ending", "locks"],
    ["a.bin", "\0locks\0tables"],
    ["wide-unmarked.txt", Buffer.from("$table = 'locks'", "utf16le")],
    ["wide-odd.txt", Buffer.concat([Buffer.from("\ufefflocks ", "utf16le").swap16(), Buffer.from("x")])],
    ["app.py", 'TABLE = "lo" + "cks"'],
    ["app.js", "const table = ['lo', 'cks'].join('')"],
    ["main.tf.php", "$table = 'lo' . 'cks';"],
    ["run.sh", "aws dynamodb scan --table lo\\\ncks"],
    ["lines.py", 'TABLE = ("lo"\n    "cks")'],
    ["#main.tf#", "locks"],
    ["cdktf.out/other.json", '"locks"'],
  ])("is found in %s", async (path, text) => {
    write(path, text);
    expect((await mentions()).map(mentionPlace)).toEqual([`${path}:1`]);
  });

  it.each([
    ["another name", "a.txt", "blocks locksmith terraform-locks locks-eu my_locks"],
    ["parts of other names", "b.py", '"lo" and "cks" and "lo" + "ck" and lo cks and "b" + "locksmith"'],
    ["git's own files", ".git/config", "locks"],
    ["a working tree's .git", "tree/.git", "gitdir: /home/locks/.git/worktrees/tree"],
    ["a copy", ".terraform/terraform.tfstate", "locks"],
    ["the config", "state.config.ts", 'legacyTable: "locks"'],
    ["the record", "statelock.migration.json", "locks"],
    ["a backup", "any.json", JSON.stringify({ version: 1, table: { arn: "table/locks" } }, null, 2)],
    [
      "a root's own argument, which blocks by itself",
      "main.tf",
      'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n    dynamodb_table = "locks"\n  }\n}\n',
    ],
  ])("does not count in %s", async (_, path, text) => {
    write(path, text);
    expect(await mentions()).toEqual([]);
  });

  it("does not count in what synth writes for a config, and a link that leads nowhere holds nothing", async () => {
    write("state.config.ts", "");
    write("cdktf.out/inventory.json", '{"legacyTable": "locks"}');
    symlinkSync("nowhere", join(folder, "link"));
    expect((await mentions()).map(mentionPlace)).toEqual([]);
  });

  it("may be in a folder outside that a link leads to, but not in one that is searched anyway", async () => {
    write("shared/a.txt", "");
    symlinkSync("shared", join(folder, "inside"));
    symlinkSync(dirname(folder), join(folder, "outside"));
    const { problems } = await found();
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual(["unreadable-file outside"]);
  });

  it("is one mention of a file with NULs, also if it can be read in two ways", async () => {
    write("a.bin", "locks\0x locks");
    expect((await mentions()).map(mentionPlace)).toEqual(["a.bin:1"]);
  });

  it("blocks the removal, with its place", async () => {
    write("a/ci.yml", "x\nlocks\n");
    const table = { arn: "arn", status: "ACTIVE", deletionProtection: false };
    const facts = { name: "locks", table, items: [], fleet: [], inventory: undefined, grants: [] };
    const blocks = retireBlocks({ ...facts, mentions: await mentions() });
    expect(blocks.map(({ code, path }) => `${code} ${path}`)).toEqual(["table-mentioned a/ci.yml:2"]);
  });

  it("passes over a line that somebody judged, until the line changes", () => {
    const mention = { path: "a", line: 2, text: "locks" };
    const kept = [ignoredMention(mention, { table: "locks", file: "a", reason: "a word", at: "2026-01-01T00:00:00Z" })];
    expect(isIgnored(mention, "a", "locks", kept)).toBe(true);
    expect(isIgnored({ ...mention, text: "locks!" }, "a", "locks", kept)).toBe(false);
    expect(isIgnored(mention, "b", "locks", kept)).toBe(false);
    expect(isIgnored(mention, "a", "other", kept)).toBe(false);
  });
});
