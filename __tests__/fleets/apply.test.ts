import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { sampledEntries } from "../support/full";
import { runStatelock, type Run } from "../support/run-command";
import { filesBelow, ScratchFolder } from "../support/scratch";
import { FLEETS } from "./fleets";
import { TERRAGRUNT_FLEETS } from "./terragrunt-fleets";

const SAMPLE = [
  "plain roots",
  "odd names, Windows line ends, no line end",
  "one folder of backend files, which a pipeline gives every root",
  "a reader",
  "a root beside a template",
  "Terragrunt, stacks in stacks",
  "a scratch override",
];

const RECORD = "statelock.migration.json";

function made(files: ReadonlyMap<string, string>): ScratchFolder {
  const folder = new ScratchFolder();
  for (const [path, text] of files) folder.write(path, text);
  return folder;
}

const apply = ({ directory }: ScratchFolder, to: string, ...args: string[]): Promise<Run> =>
  runStatelock(["migrate", "apply", "--to", to, "--offline", ...args], { workingDirectory: directory });

/** Every file with its bytes, its inode and the time of its last change. */
function stamps({ directory }: ScratchFolder): string[] {
  return [...filesBelow(directory)].map(([path, text]) => {
    const { ino, mtimeNs } = statSync(`${directory}/${path}`, { bigint: true });
    return [path, ino, mtimeNs, text].join(" ");
  });
}

/** The sources: all files but the record. */
function sources({ directory }: ScratchFolder): Map<string, string> {
  const files = filesBelow(directory);
  files.delete(RECORD);
  return files;
}

it.each(Object.entries(sampledEntries({ ...FLEETS, ...TERRAGRUNT_FLEETS }, SAMPLE)))(
  "%s: git makes the same bytes of the dry run, and a second apply touches no file, the record included",
  async (_, { files }) => {
    let folder = made(new Map(Object.entries(files)));
    for (const to of ["both", "lockfile"]) {
      const before = stamps(folder);
      const dry = await apply(folder, to, "--dry-run");
      expect(stamps(folder)).toEqual(before);
      const byGit = made(sources(folder));
      if (dry.stdout !== "") execFileSync("git", ["apply", "-"], { cwd: byGit.directory, input: dry.stdout });

      const first = await apply(folder, to);
      expect(first.code).toBe(dry.code);
      expect(sources(folder)).toEqual(sources(byGit));

      const after = stamps(folder);
      const second = await apply(folder, to);
      expect(second.stdout).toBe("");
      // What the first run changed may be what it found fault with.
      expect(second.code).toBeLessThanOrEqual(first.code);
      expect(stamps(folder)).toEqual(after);
      folder = made(filesBelow(folder.directory));
    }
  },
);
